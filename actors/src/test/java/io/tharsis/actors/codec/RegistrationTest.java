package io.tharsis.actors.codec;

import static io.tharsis.actors.codec.Messages.decode;
import static io.tharsis.actors.codec.Messages.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class RegistrationTest {
    private static final String ALLOWED =
            "; allowed are primitives, their boxes, String, enums, records, sealed interfaces of"
                + " records and enums, List, Set, Map, Optional, arrays of primitives, Duration,"
                + " Instant, MemorySegment";

    private final MessageCodecs codecs = new MessageCodecs();

    record Customer(String name, Socket socket) {}

    record Order(int number, Customer customer) {}

    record Listed(Map<String, List<Optional<Customer>>> all) {}

    record Keyed(Map<Customer, String> all) {}

    sealed interface Message permits Fine, Wrong, Loose {}

    record Fine(int number) implements Message {}

    record Wrong(Thread thread) implements Message {}

    record Loose() implements Message {}

    sealed interface Open permits Leaf {}

    static non-sealed class Leaf implements Open {}

    record Generic<T>(int number, T value) {}

    record OfGeneric(Generic<Thread> generic) {}

    record OfRaw(@SuppressWarnings("rawtypes") Generic raw) {}

    record RawList(@SuppressWarnings("rawtypes") List list) {}

    record Wild(List<?> list) {}

    record Bounded(List<? extends Fine> list) {}

    record Objects(Object[] array) {}

    record ListArray(List<String>[] array) {}

    record Growing<T>(T value, Growing<List<T>> next) {}

    record Grows(Growing<String> start) {}

    record Concrete(ArrayList<String> list) {}

    record Phantom<T>(int number) {}

    record Caller(Messages.Ref<String> ref) {}

    private void assertRefused(Class<?> type, String start) {
        NotTransferableException refused =
                assertThrows(NotTransferableException.class, () -> codecs.register(type));
        assertEquals(start + ALLOWED, refused.getMessage());
        assertFalse(codecs.isRegistered(type));
    }

    @Test
    void shouldNameThePathOfWhatCannotTravel() {
        assertRefused(Order.class, "Order.customer.socket: java.net.Socket cannot travel");
        assertRefused(Listed.class, "Listed.all[value][]?.socket: java.net.Socket cannot travel");
        assertRefused(Keyed.class, "Keyed.all[key].socket: java.net.Socket cannot travel");
        assertRefused(Message.class, "Message(Wrong).thread: java.lang.Thread cannot travel");
        assertRefused(Open.class, "Open(Leaf): " + Leaf.class.getName() + " cannot travel");
        assertRefused(OfGeneric.class, "OfGeneric.generic.value: java.lang.Thread cannot travel");
        assertRefused(Objects.class, "Objects.array: java.lang.Object[] cannot travel");
        assertRefused(
                ListArray.class,
                "ListArray.array: java.util.List<java.lang.String>[] cannot travel");
        assertRefused(Wild.class, "Wild.list[]: java.lang.Object cannot travel");
        assertRefused(Concrete.class, "Concrete.list: java.util.ArrayList cannot travel");
        assertRefused(Thread.class, "Thread: java.lang.Thread cannot travel");
        assertRefused(
                RawList.class, "RawList.list: java.util.List cannot travel without type arguments");
        assertRefused(
                Caller.class, "Caller.ref: " + Messages.Ref.class.getName() + " cannot travel");
    }

    @Test
    void shouldRefuseTypesThatAreNotKnown() {
        assertRefused(
                Generic.class, "Generic.value: T, a type that is not known here, cannot travel");
        assertRefused(
                OfRaw.class, "OfRaw.raw.value: T, a type that is not known here, cannot travel");
    }

    @Test
    void shouldRefuseTypesThatGrowWithoutEnd() {
        NotTransferableException refused =
                assertThrows(NotTransferableException.class, () -> codecs.register(Grows.class));
        assertTrue(
                refused.getMessage().startsWith("Grows.start.next.next.next."),
                refused.getMessage());
        assertTrue(refused.getMessage().contains("nested deeper"), refused.getMessage());
    }

    @Test
    void shouldRegisterNothingOfASealedInterfaceOfWhichAPartCannotTravel() {
        assertThrows(NotTransferableException.class, () -> codecs.register(Message.class));
        assertFalse(codecs.isRegistered(Fine.class));
        codecs.register(Fine.class);
        assertTrue(codecs.isRegistered(Fine.class));
        assertThrows(NotTransferableException.class, () -> codecs.register(Message.class));
    }

    @Test
    void shouldRegisterAllBelowASealedInterface() {
        codecs.register(Messages.Shape.class);
        for (Class<?> type :
                List.of(
                        Messages.Circle.class,
                        Messages.Square.class,
                        Messages.Group.class,
                        Messages.Tint.class)) {
            assertTrue(codecs.isRegistered(type));
        }
    }

    @Test
    void shouldTakeWildcardsByTheirBoundsAndParametersThatNoFieldHas() {
        codecs.register(Bounded.class);
        codecs.register(Phantom.class);
        Bounded bounded = new Bounded(List.of(new Fine(1)));
        assertEquals(bounded, decode(codecs, encode(codecs, bounded)));
        assertEquals(new Phantom<>(3), decode(codecs, encode(codecs, new Phantom<>(3))));
    }

    @Test
    void shouldNameReferencesAmongWhatIsAllowed() {
        MessageCodecs withReferences = new MessageCodecs(new Messages.Refs());
        withReferences.register(Caller.class);
        String message =
                assertThrows(
                                NotTransferableException.class,
                                () -> withReferences.register(Order.class))
                        .getMessage();
        assertTrue(message.endsWith(", " + Messages.Ref.class.getName()), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> new MessageCodecs(new Messages.Refs(), new Messages.Refs()));
    }

    @Test
    void shouldSayWhichModuleHasToOpenWhat() throws Exception {
        Class<?> closed = Class.forName("jdk.internal.foreign.abi.VMStorage");
        String message =
                assertThrows(NotTransferableException.class, () -> codecs.register(closed))
                        .getMessage();
        assertEquals(
                "VMStorage: jdk.internal.foreign.abi.VMStorage cannot travel: its module java.base"
                        + " has to say \"opens jdk.internal.foreign.abi\"",
                message);
    }

    @Test
    void shouldRefuseTwoClassesWithTheSameHash() {
        MessageCodecs colliding = new MessageCodecs(text -> 42);
        colliding.register(Fine.class);
        colliding.register(Fine.class);
        String message =
                assertThrows(NotTransferableException.class, () -> colliding.register(Loose.class))
                        .getMessage();
        assertEquals(
                "the names of %s and %s have the same hash, 2a: rename one"
                        .formatted(Loose.class.getName(), Fine.class.getName()),
                message);
        assertThrows(
                NotTransferableException.class,
                () -> new MessageCodecs(text -> 42).register(Messages.Shape.class));
    }

    @Test
    void shouldRefuseValuesThatAreNotRegistered() {
        for (Object value :
                List.of(
                        new Fine(1),
                        new Thread(),
                        new Object[0],
                        List.of(new Fine(1)),
                        Set.of(Messages.Colour.GREEN),
                        new Messages.Local<>(1))) {
            Encoder out = new Encoder(1000);
            out.putInt(5);
            String message =
                    assertThrows(NotTransferableException.class, () -> codecs.encode(value, out))
                            .getMessage();
            assertTrue(message.contains("neither registered"), message);
            assertEquals(4, out.length());
        }
        assertThrows(IllegalArgumentException.class, () -> codecs.fingerprint(Fine.class));
    }

    @Test
    void shouldRefuseMessagesThatAreNotRegisteredHere() {
        MessageCodecs there = new MessageCodecs();
        there.register(Fine.class);
        byte[] bytes = encode(there, new Fine(1));
        String message =
                assertThrows(DecodeException.class, () -> decode(codecs, bytes)).getMessage();
        assertTrue(message.contains(Long.toHexString(there.fingerprint(Fine.class))), message);
    }

    record Wide(
            int a0,
            int a1,
            int a2,
            int a3,
            int a4,
            int a5,
            int a6,
            int a7,
            int a8,
            int a9,
            long b0,
            long b1,
            long b2,
            long b3,
            long b4,
            long b5,
            long b6,
            long b7,
            long b8,
            long b9,
            String c0,
            String c1,
            String c2,
            List<Integer> d0,
            List<Integer> d1) {}

    @Test
    void shouldCarryWideRecords() {
        codecs.register(Wide.class);
        Wide wide =
                new Wide(
                        0,
                        1,
                        2,
                        3,
                        4,
                        5,
                        6,
                        7,
                        8,
                        9,
                        10,
                        11,
                        12,
                        13,
                        14,
                        15,
                        16,
                        17,
                        18,
                        19,
                        "a",
                        "b",
                        null,
                        List.of(1),
                        null);
        assertEquals(wide, decode(codecs, encode(codecs, wide)));
    }
}
