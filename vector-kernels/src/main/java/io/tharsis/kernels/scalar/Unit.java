package io.tharsis.kernels.scalar;

import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Program;

/**
 * What runs the instructions of one kind. They are called through a table so that each is compiled
 * for itself: as one method with a switch they had so many loops, once inlined, that the second
 * compiler took a tenth of a second for it, and did nothing else meanwhile, in a JVM that had just
 * begun.
 */
enum Unit {
    I32 {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            I32Loops.step(code, pc, r, n);
        }
    },
    I64 {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            I64Loops.step(code, pc, r, n);
        }
    },
    F32 {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            F32Loops.step(code, pc, r, n);
        }
    },
    F64 {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            F64Loops.step(code, pc, r, n);
        }
    },
    MASK_LOGIC {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            MaskLoops.step(code, pc, r, n);
        }
    },
    CONVERT {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            ConvertLoops.convert(
                    code[pc + Code.LANE], r, code[pc + Code.DST], code[pc + Code.A], n);
        }
    },
    REINTERPRET {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            ConvertLoops.reinterpret(
                    code[pc + Code.LANE], r, code[pc + Code.DST], code[pc + Code.A], n);
        }
    },
    LOAD {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            BlockMemory memory = BlockMemory.of(code[pc + Code.OP]);
            int input = code[pc + Code.A];
            long at = call.inputOffsets[input] + (long) start * memory.byteSize;
            memory.load(call.inputs[input], at, r, code[pc + Code.DST], n);
        }
    },
    LOAD_OUTPUT {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            BlockMemory memory = BlockMemory.of(code[pc + Code.OP]);
            int output = code[pc + Code.A];
            long at = call.outputOffsets[output] + (long) start * memory.byteSize;
            memory.load(call.outputs[output], at, r, code[pc + Code.DST], n);
        }
    },
    STORE {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            BlockMemory memory = BlockMemory.of(code[pc + Code.OP]);
            int output = code[pc + Code.B];
            long at = call.outputOffsets[output] + (long) start * memory.byteSize;
            memory.store(r, code[pc + Code.A], call.outputs[output], at, n);
        }
    },
    STORE_LANES {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            BlockMemory memory = BlockMemory.of(code[pc + Code.OP]);
            int output = code[pc + Code.B];
            long block = (long) (start / Registers.BLOCK) * Program.FOLD_LANES;
            long at = call.outputOffsets[output] + block * memory.byteSize;
            memory.store(r, code[pc + Code.A], call.outputs[output], at, Program.FOLD_LANES);
        }
    },
    INDEX {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            long[] indexes = r.i64[code[pc + Code.DST]];
            long first = call.indexBases[code[pc + Code.A]] + start;
            for (int i = 0; i < n; i++) {
                indexes[i] = first + i;
            }
        }
    },
    PHILOX {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            long[][] words = r.words;
            long[] keys = r.i64[code[pc + Code.B]];
            Philox.split(r.i64[code[pc + Code.A]], words[0], words[1], n);
            Philox.split(r.i64[code[pc + Code.C]], words[2], words[3], n);
            if (code[pc + Code.OP] == 1) {
                Philox.evaluate(words, keys[0], n);
            } else {
                Philox.evaluateEach(words, keys, n);
            }
            for (int word = 0; word < 4; word++) {
                int target = code[pc + (word == 0 ? Code.DST : Code.X + word - 1)];
                if (target != Code.NOBODY) {
                    System.arraycopy(words[word], 0, r.i64[target], 0, n);
                }
            }
        }
    },
    PHILOX_STREAM {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            long key = r.i64[code[pc + Code.B]][0];
            long stream = r.i64[code[pc + Code.C]][0];
            long first = call.indexBases[code[pc + Code.A]] + start;
            int shift = code[pc + Code.LANE] == Lane.I64.ordinal() ? 1 : 2;
            int skip = (int) first & (1 << shift) - 1;
            int blocks = (skip + n - 1 >> shift) + 1;
            Philox.splitRange(first >> shift, stream, r.words, blocks);
            Philox.evaluate(r.words, key, blocks);
            if (shift == 1) {
                Philox.pairs(r.i64[code[pc + Code.DST]], r.words, skip, n);
            } else {
                Philox.quads(r.i32[code[pc + Code.DST]], r.words, skip, n);
            }
        }
    },
    FUSED {
        @Override
        void run(int[] code, int pc, Registers r, KernelCall call, int start, int n) {
            FusedBody body = r.bodies[code[pc + Code.OP]];
            int slice = r.slice;
            for (int from = 0; from < n; from += slice) {
                body.run(r, from, Math.min(n, from + slice));
            }
        }
    };

    /** By the ordinal of the lane whose loops run it; truth values have kinds of their own. */
    private static final Unit[] OF_LANE = {null, I32, I64, F32, F64};

    /** By the kind, from {@link Code#MASK_LOGIC} on. */
    private static final Unit[] OF_KIND = {
        MASK_LOGIC,
        CONVERT,
        REINTERPRET,
        LOAD,
        LOAD_OUTPUT,
        STORE,
        STORE_LANES,
        INDEX,
        PHILOX,
        PHILOX_STREAM,
        FUSED
    };

    /** The unit of the instruction at {@code pc}. */
    static Unit of(int[] code, int pc) {
        int kind = code[pc];
        return kind < Code.MASK_LOGIC
                ? OF_LANE[code[pc + Code.LANE]]
                : OF_KIND[kind - Code.MASK_LOGIC];
    }

    /**
     * Runs the instruction at {@code pc}.
     *
     * @param start the running block's first element
     * @param n how many it has
     */
    abstract void run(int[] code, int pc, Registers r, KernelCall call, int start, int n);
}
