package io.tharsis.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.common.HeldFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The folder of drivers, what is held in it, and the room that it takes. */
class FolderTest {
    private static final long LOOKING_NS = 120_000_000_000L;

    @TempDir Path temporary;

    @Test
    void shouldMakeAFolderThatOnlyItsOwnerEnters() throws Exception {
        Path path = temporary.resolve("new");
        Folder.open(path);
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        Folder.open(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwx--x--x", "rwxrwxrwx", "rw-------", "rwx----w-"})
    void shouldRefuseAFolderThatIsOpenToOthers(String mode) throws Exception {
        Path path = temporary.resolve("open");
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        var refused = assertThrows(AeronWireException.class, () -> Folder.open(path));
        assertTrue(refused.getMessage().contains(mode), refused::getMessage);
        Address self = WireFolder.freeAddress();
        for (DriverMode driver : DriverMode.values()) {
            AeronConfig config = AeronConfig.local(self, driver).withFolder(path);
            assertThrows(AeronWireException.class, () -> AeronWire.open(config));
        }
    }

    @Test
    void shouldRefuseALinkAndAFileInItsPlace() throws Exception {
        Path folder = Folder.open(temporary.resolve("folder")).path();
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        assertThrows(AeronWireException.class, () -> Folder.open(link));
        Path file = Files.createFile(temporary.resolve("file"));
        assertThrows(AeronWireException.class, () -> Folder.open(file));
        assertThrows(AeronWireException.class, () -> Folder.open(temporary.resolve("no/such")));
    }

    @Test
    void shouldRefuseAFolderOfAnotherUser() throws Exception {
        Path path = Folder.open(temporary.resolve("other")).path();
        try {
            Files.setAttribute(path, "unix:uid", 65_534);
        } catch (java.nio.file.FileSystemException e) {
            assumeTrue(false, "only the superuser can give a folder away");
        }
        var refused = assertThrows(AeronWireException.class, () -> Folder.open(path));
        assertTrue(refused.getMessage().contains("65534"), refused::getMessage);
        Files.setAttribute(path, "unix:uid", Files.getAttribute(temporary, "unix:uid"));
    }

    @Test
    void shouldHoldAFileUntilItIsLetGo() throws Exception {
        Folder folder = Folder.open(temporary.resolve("held"));
        Path file = folder.path().resolve("one");
        assertNull(HeldFile.heldText(file));
        HeldFile held = folder.locked(() -> HeldFile.tryHold(file, "text"));
        assertNotNull(held);
        assertNull(folder.locked(() -> HeldFile.tryHold(file, "other")));
        assertEquals("text", HeldFile.heldText(file));
        assertTrue(isLocked(file), "still locked for other processes after we looked ourselves");
        folder.release(held);
        assertFalse(Files.exists(file));
        assertNull(HeldFile.heldText(file));
    }

    @Test
    void shouldKnowAHeldFileByAnotherName() throws Exception {
        Path file = Files.createDirectory(temporary.resolve("folder")).resolve("one");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), file.getParent());
        try (HeldFile held = HeldFile.tryHold(file, "text")) {
            assertNotNull(held);
            assertNull(HeldFile.tryHold(link.resolve("one"), "other"));
            assertEquals("text", HeldFile.heldText(link.resolve("one")));
            assertTrue(isLocked(file), "still locked for other processes");
        }
        assertTrue(Files.exists(file), "let go, and not deleted");
        assertFalse(isLocked(file));
    }

    @Test
    void shouldNotTakeAFileOfADeadProcessForHeld() throws Exception {
        Path file = Files.writeString(temporary.resolve("stale"), "text");
        assertNull(HeldFile.heldText(file));
        HeldFile held = HeldFile.tryHold(file, "new");
        assertEquals("new", Files.readString(file));
        held.close();
    }

    @Test
    void shouldHoldAFileThatOthersLookAt() throws Exception {
        Path file = temporary.resolve("looked at");
        Process other = other(file, "again and again");
        try {
            assertEquals('l', other.getInputStream().read());
            for (int i = 0; i < 20_000; i++) {
                HeldFile held = HeldFile.tryHold(file, "text");
                assertNotNull(held, "who looks does not hold");
                held.close();
            }
        } finally {
            other.destroyForcibly();
        }
    }

    // Another process looks, since the lock is no use against our own.
    private static boolean isLocked(Path file) throws Exception {
        Process other = other(file);
        assertTrue(other.waitFor(60, TimeUnit.SECONDS));
        return other.exitValue() == 3;
    }

    private static Process other(Path file, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                FolderTest.class.getName(),
                                file.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Ends with 3 if another process holds the file, else with 0; or looks until it is killed. */
    public static void main(String[] args) {
        Path file = Path.of(args[0]);
        boolean held = HeldFile.isHeld(file);
        if (args.length > 1) {
            System.out.print('l');
            System.out.flush();
            // Killed before, unless the test is gone.
            for (long end = System.nanoTime() + LOOKING_NS; System.nanoTime() < end; ) {
                held ^= HeldFile.isHeld(file);
            }
        }
        System.exit(held ? 3 : 0);
    }

    @Test
    void shouldSayWhetherThereIsRoom() {
        assertTrue(DriverSpace.of(temporary, 64L << 20).enough(), "a session fits a container");
        DriverSpace little = DriverSpace.of(temporary, DriverSpace.SESSION_BYTES - 1);
        assertFalse(little.enough());
        assertTrue(little.text().contains("shm-size"), little::text);
        assertTrue(DriverSpace.check(temporary.resolve("not/there")).text().contains("MiB free"));
    }

    @Test
    void shouldChooseTheMtuByTheWay() {
        AeronConfig config = AeronConfig.local(new Address("node-1", 7_001), DriverMode.EMBEDDED);
        for (String host : new String[] {"localhost", "127.0.0.1", "127.9.9.9", "::1", "node-1"}) {
            assertEquals(8_192, Channels.mtu(config, new Address(host, 1)), host);
        }
        for (String host :
                new String[] {"10.0.0.1", "node-2", "128.0.0.1", "fe80::1", "1.localhost"}) {
            assertEquals(1_408, Channels.mtu(config, new Address(host, 1)), host);
        }
        assertEquals(9_600, Channels.mtu(config.withMtu(9_600), new Address("10.0.0.1", 1)));
        for (int mtu : new int[] {1, 1_409, 65_536, -32}) {
            assertThrows(IllegalArgumentException.class, () -> config.withMtu(mtu));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> AeronConfig.local(config.self(), DriverMode.SHARED).withHook(_ -> {}));
    }
}
