package io.tharsis.actors.codec;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Collections. What comes out cannot be changed, may hold null, and keeps the order in which the
 * sender's collection gave its elements. Elements of a set, or keys, that are equal to each other,
 * as a collection with an equality of its own may give them, are refused when they come in.
 */
sealed interface Collected extends Codec {
    record OfList(Codec element) implements Collected {
        @Override
        public String name() {
            return "List<" + element.name() + ">";
        }

        @Override
        public List<Codec> parts() {
            return List.of(element);
        }

        @Override
        public void writePresent(Encoder out, Object value) {
            List<?> list = (List<?>) value;
            writeAll(out, list, list.size(), element);
        }

        @Override
        public Object readPresent(Decoder in) {
            int count = in.count();
            if (count == 0) {
                return Collections.emptyList();
            }
            Object[] elements = new Object[count];
            in.enter();
            for (int i = 0; i < count; i++) {
                elements[i] = element.read(in);
            }
            in.leave();
            return Collections.unmodifiableList(Arrays.asList(elements));
        }
    }

    record OfSet(Codec element) implements Collected {
        @Override
        public String name() {
            return "Set<" + element.name() + ">";
        }

        @Override
        public List<Codec> parts() {
            return List.of(element);
        }

        @Override
        public void writePresent(Encoder out, Object value) {
            Set<?> set = (Set<?>) value;
            writeAll(out, set, set.size(), element);
        }

        @Override
        public Object readPresent(Decoder in) {
            int count = in.count();
            SequencedSet<Object> set = LinkedHashSet.newLinkedHashSet(count);
            in.enter();
            for (int i = 0; i < count; i++) {
                if (!set.add(element.read(in))) {
                    throw new DecodeException("a set has the same element twice");
                }
            }
            in.leave();
            return Collections.unmodifiableSet(set);
        }
    }

    record OfMap(Codec key, Codec value) implements Collected {
        @Override
        public String name() {
            return "Map<" + key.name() + "," + value.name() + ">";
        }

        @Override
        public List<Codec> parts() {
            return List.of(key, value);
        }

        @Override
        public void writePresent(Encoder out, Object object) {
            Map<?, ?> map = (Map<?, ?>) object;
            int count = map.size();
            out.putInt(count);
            out.enter();
            int written = 0;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                key.write(out, entry.getKey());
                value.write(out, entry.getValue());
                written++;
            }
            out.leave();
            check(count, written);
        }

        @Override
        public Object readPresent(Decoder in) {
            int count = in.count();
            SequencedMap<Object, Object> map = LinkedHashMap.newLinkedHashMap(count);
            in.enter();
            for (int i = 0; i < count; i++) {
                map.put(key.read(in), value.read(in));
                if (map.size() != i + 1) {
                    throw new DecodeException("a map has the same key twice");
                }
            }
            in.leave();
            return Collections.unmodifiableMap(map);
        }
    }

    record OfOptional(Codec content) implements Collected {
        @Override
        public String name() {
            return "Optional<" + content.name() + ">";
        }

        @Override
        public List<Codec> parts() {
            return List.of(content);
        }

        @Override
        public void writePresent(Encoder out, Object value) {
            out.enter();
            content.write(out, ((Optional<?>) value).orElse(null));
            out.leave();
        }

        @Override
        public Object readPresent(Decoder in) {
            in.enter();
            Object value = content.read(in);
            in.leave();
            return Optional.ofNullable(value);
        }
    }

    private static void writeAll(Encoder out, Iterable<?> values, int count, Codec element) {
        out.putInt(count);
        out.enter();
        int written = 0;
        for (Object value : values) {
            element.write(out, value);
            written++;
        }
        out.leave();
        check(count, written);
    }

    private static void check(int count, int written) {
        if (written != count) {
            throw new EncodeException(
                    "a collection said that it has " + count + " elements and gave " + written,
                    null);
        }
    }
}
