package io.tharsis.node.workload;

import static io.tharsis.DType.FLOAT32;
import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

/**
 * Sums of a float32 tensor (size / 300000, 500, 600) along one axis or, one after the other, along
 * each.
 */
final class AxisSums extends Workload {
    private static final long PLANE = 500 * 600;

    private final int[] axes;

    /**
     * @param axes summed over one after the other, each for itself
     */
    AxisSums(String name, String description, int... axes) {
        super(name, description, 400 * PLANE);
        this.axes = axes;
    }

    @Override
    public Run prepare(long size) {
        long planes = Math.max(1, size / PLANE);
        Tensor a = random(0).uniform(FLOAT32, planes, 500, 600).execute();
        return new Kept(planes * PLANE, axes.length * 4L * planes * PLANE) {
            @Override
            Tensor[] build() {
                Tensor[] sums = new Tensor[axes.length];
                for (int i = 0; i < sums.length; i++) {
                    sums[i] = a.sum(axes[i]).execute();
                }
                return sums;
            }

            /** The mean of the first sums, scaled to the mean of the elements. */
            @Override
            double value(Tensor[] kept) {
                return kept[0].mean().item() / a.shape(axes[0]);
            }
        };
    }
}
