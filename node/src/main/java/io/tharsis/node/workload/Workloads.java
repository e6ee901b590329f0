package io.tharsis.node.workload;

import io.tharsis.DType;

import java.util.List;
import java.util.Optional;

/** All workloads. */
public final class Workloads {
    /** In the order they are listed and run. */
    public static final List<Workload> ALL =
            List.of(
                    new Pi(),
                    new AddTimes(),
                    new AddTimesSum(),
                    new HypotChain(),
                    new Sin(),
                    new AxisSums(
                            "axis-sums",
                            "sums of float32 (n / 300000, 500, 600) along each axis, one after the"
                                    + " other",
                            0,
                            1,
                            2),
                    new AxisSums("axis-sum-0", "its sums along the first axis", 0),
                    new AxisSums("axis-sum-1", "its sums along the second axis", 1),
                    new AxisSums("axis-sum-2", "its sums along the last axis", 2),
                    new Softmax(),
                    new BlackScholes(),
                    new Matmul(
                            "matmul",
                            "a.matmul(b) of square matrices with n elements, float64, kept",
                            DType.FLOAT64),
                    new Matmul("matmul-float", "the same in float32", DType.FLOAT32),
                    new MatmulChain(),
                    new GramStd(
                            "gram-std",
                            "(a.matmul(a.T()) - a).std() of a square matrix",
                            GramStd.Input.KEPT),
                    new GramStd(
                            "gram-std-random",
                            "the same of random numbers that are made as they are needed",
                            GramStd.Input.RANDOM),
                    new GramStd("gram-std-npy", "the same from .npy", GramStd.Input.FILE),
                    new ProductNpy(),
                    new ZScoreNpy("zscore-npy", 0),
                    new ZScoreNpy("zscore-npy-1", 1),
                    new SvdReconstruct(),
                    new Cholesky(),
                    new Solve(),
                    new ActorAsk("actor-ask-ipc", Wiring.IPC),
                    new ActorTell("actor-tell-ipc", Wiring.IPC),
                    new ActorAsk("actor-ask-udp", Wiring.UDP),
                    new ActorTell("actor-tell-udp", Wiring.UDP),
                    new BulkFetch("bulk-ipc", Wiring.IPC),
                    new BulkFetch("bulk-udp", Wiring.UDP),
                    new BulkFetch("bulk-udp-1408", Wiring.UDP_1408),
                    new BulkFetch("bulk-udp-sealed", Wiring.UDP_SEALED),
                    new BulkFetch("bulk-udp-1408-sealed", Wiring.UDP_1408_SEALED));

    private Workloads() {}

    public static Optional<Workload> named(String name) {
        return ALL.stream().filter(workload -> workload.name().equals(name)).findFirst();
    }
}
