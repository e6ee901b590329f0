package io.tharsis.engine.execute;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a loop over one tile after the other, band by band. What is made lies in scratch first,
 * dense; from there it is copied to where it is stored, or folded. Thread-safe.
 */
final class TileLoop {
    private static final int TILE = TileTree.TILE;
    private static final int BAND = TileTree.BAND;

    /** Of each piece of scratch memory. */
    private static final int ALIGNMENT = 64;

    private final Task.Epilogue epilogue;
    private final Loop loop;
    private final Map<Task.Face, Map<Integer, MatrixChunks>> inputs = new IdentityHashMap<>();
    private final MemorySegment[] writes;
    private final long[] params;
    private final Format[] formats;
    private final int productElementSize;

    TileLoop(Task.Epilogue epilogue, List<Task.Face> faces, Task task, Execution execution) {
        this.epilogue = epilogue;
        this.loop = epilogue.loop();
        this.writes = memory(task.writes(), execution);
        this.params = LoopFrame.params(loop, execution.reader());
        this.formats = LoopFrame.formats(loop);
        this.productElementSize =
                task instanceof Task.Product product ? product.format().byteSize() : 1;
        epilogue.ends().forEach(BandFolder::prepare);
        for (Task.Face face : faces) {
            Map<Integer, MatrixChunks> own = new HashMap<>();
            face.inputs()
                    .forEach(
                            (i, matrix) ->
                                    own.put(
                                            i,
                                            new MatrixChunks(
                                                    matrix,
                                                    task.reads(),
                                                    elementSize(i),
                                                    execution)));
            inputs.put(face, own);
        }
    }

    /** Bytes of scratch memory that {@link #run} takes at most, for tiles of {@code task}. */
    static long scratchBytes(Task.Product task) {
        Loop loop = task.epilogue().loop();
        long bytes = BandFolder.scratchBytes();
        for (Format format : LoopFrame.formats(loop)) {
            bytes += (long) BAND * TILE * format.byteSize() + ALIGNMENT;
        }
        for (int i = 0; i < loop.inputs().size(); i++) {
            int elementSize = elementSize(loop, i);
            // a box gathered from several chunks, and what the loop packs of it
            bytes += (long) BAND * TILE * elementSize + ALIGNMENT;
            bytes += PackedInput.mostBytes(elementSize) + ALIGNMENT;
        }
        return bytes;
    }

    private int elementSize(int i) {
        return elementSize(loop, i);
    }

    /** Bytes of an element of input {@code i}; 1 if the program turned out not to load it. */
    private static int elementSize(Loop loop, int i) {
        for (Node node : loop.program().nodes()) {
            if (node instanceof Node.Load load && load.input() == i) {
                return load.format().byteSize();
            }
        }
        return 1;
    }

    private static MemorySegment[] memory(int[] slots, Execution execution) {
        MemorySegment[] memory = new MemorySegment[slots.length];
        for (int i = 0; i < slots.length; i++) {
            memory[i] = execution.memory(slots[i]);
        }
        return memory;
    }

    /**
     * Runs the tile at {@code row} and {@code column} of a face.
     *
     * @param product the tile of the product, null if there is none
     */
    void run(Task.Face face, long row, long column, int rows, int columns, MatrixView product) {
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        int outputs = loop.outputs().size();
        MemorySegment[] bands = new MemorySegment[outputs];
        for (int o = 0; o < outputs; o++) {
            bands[o] = scratch.take((long) BAND * columns * formats[o].byteSize());
        }
        var folder = new BandFolder(scratch);
        int count = Math.ceilDiv(rows, BAND);
        long[][] values = new long[outputs][count * TileTree.WIDTH];
        for (int band = 0; band < count; band++) {
            int from = band * BAND;
            int height = Math.min(BAND, rows - from);
            make(face, row + from, column, height, columns, from, product, bands);
            for (int o = 0; o < outputs; o++) {
                Task.End end = epilogue.ends().get(o);
                if (end.kind() == Task.End.Kind.STORE) {
                    store(face, o, row + from, column, height, columns, bands[o]);
                } else {
                    folder.fold(end, bands[o], height, columns, values[o], band * TileTree.WIDTH);
                }
            }
        }
        for (int o = 0; o < outputs; o++) {
            Task.End end = epilogue.ends().get(o);
            if (end.kind() != Task.End.Kind.STORE) {
                TileTree.fold(values[o], 0, count, end.combiner(FoldMath::apply));
                long tile = row / TILE * Math.ceilDiv(face.shape()[1], TILE) + column / TILE;
                MemorySegment.copy(
                        values[o],
                        0,
                        writes[face.writes()[o]],
                        ValueLayout.JAVA_LONG,
                        tile * TileTree.WIDTH * Long.BYTES,
                        TileTree.WIDTH);
            }
        }
        scratch.reset(mark);
    }

    /** Computes a band. {@code productRow} is its first row in the product's tile. */
    private void make(
            Task.Face face,
            long row,
            long column,
            int rows,
            int columns,
            int productRow,
            MatrixView product,
            MemorySegment[] bands) {
        int count = loop.inputs().size();
        Map<Integer, MatrixChunks> own = inputs.get(face);
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        MemorySegment[] memory = new MemorySegment[count];
        List<LoopGeometry.Placement> placements = new ArrayList<>(count);
        long[] origin = {face.origin()[0] + row, face.origin()[1] + column};
        for (int i = 0; i < count; i++) {
            if (i == epilogue.productInput()) {
                int elementSize = productElementSize;
                memory[i] = product.memory();
                placements.add(
                        new LoopGeometry.Placement(
                                product.byteOffset() / elementSize
                                        + productRow * product.rowStride(),
                                new long[] {product.rowStride(), product.columnStride()}));
                continue;
            }
            MatrixChunks chunks = own.get(i);
            MemorySegment aside =
                    chunks.isCut()
                            ? scratch.take((long) rows * columns * chunks.elementSize())
                            : null;
            MatrixView box = chunks.box(origin, rows, columns, aside);
            memory[i] = box.memory();
            placements.add(
                    new LoopGeometry.Placement(
                            box.byteOffset() / chunks.elementSize(),
                            new long[] {box.rowStride(), box.columnStride()}));
        }
        var geometry = new LoopGeometry(loop, origin, new long[] {rows, columns}, placements);
        var task = new Task.Run(loop, geometry, new int[count], new int[0], true, 0, List.of());
        var job = new MapJob(new LoopFrame(task, memory, bands, params, formats, null));
        int morsels = job.morsels();
        for (int morsel = 0; morsel < morsels; morsel++) {
            job.run(morsel);
        }
        scratch.reset(mark);
    }

    private void store(
            Task.Face face,
            int o,
            long row,
            long column,
            int rows,
            int columns,
            MemorySegment band) {
        long width = formats[o].byteSize();
        long pitch = face.shape()[1];
        MemorySegment target = writes[face.writes()[o]];
        for (int r = 0; r < rows; r++) {
            MemorySegment.copy(
                    band,
                    r * columns * width,
                    target,
                    ((row + r) * pitch + column) * width,
                    columns * width);
        }
    }
}
