package io.tharsis;

import io.tharsis.engine.npy.NpySource;
import io.tharsis.engine.npy.NpzReader;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arrays of an archive as tensors, in its order, each opened when it is first asked for: what
 * is wrong with one does not keep the others from being read.
 *
 * <p><b>Thread-safe;</b> cannot be changed.
 */
final class NpzTensors extends AbstractMap<String, Tensor> {
    private final Session session;
    private final NpzReader reader;
    private final List<String> names;

    /** Guarded by itself. */
    private final Map<String, Tensor> made = new HashMap<>();

    /** The tensors are the given session's, whenever they are asked for. */
    NpzTensors(Session session, NpzReader reader) {
        this.session = session;
        this.reader = reader;
        this.names = reader.names();
    }

    @Override
    public Tensor get(Object name) {
        return name instanceof String string && names.contains(string) ? tensor(string) : null;
    }

    @Override
    public boolean containsKey(Object name) {
        return names.contains(name);
    }

    private Tensor tensor(String name) {
        synchronized (made) {
            Tensor known = made.get(name);
            if (known == null) {
                known = Tensor.of(session, NpySource.operand(reader.array(name)));
                made.put(name, known);
            }
            return known;
        }
    }

    @Override
    public Set<String> keySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<String> iterator() {
                return names.iterator();
            }

            @Override
            public int size() {
                return names.size();
            }
        };
    }

    @Override
    public Set<Entry<String, Tensor>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, Tensor>> iterator() {
                return names.stream().map(name -> Map.entry(name, tensor(name))).iterator();
            }

            @Override
            public int size() {
                return names.size();
            }
        };
    }
}
