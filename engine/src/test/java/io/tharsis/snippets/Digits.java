package io.tharsis.snippets;

// @start region="main"
import static io.tharsis.Tensors.*;

import io.tharsis.DType;
import io.tharsis.Tensor;

import java.nio.file.Path;

class Digits {
    static void main(String[] args) {
        Path data = Path.of(args[0]);
        Tensor images = fromNpy(data.resolve("digits_images.npy"));
        Tensor labels = fromNpy(data.resolve("digits_labels.npy"));

        // The mean picture of each digit. How many there are of it is known when run.
        Tensor[] means = new Tensor[10];
        for (int digit = 0; digit < 10; digit++) {
            means[digit] = images.get(labels.eq(digit)).mean(0);
        }
        Tensor centroids = stack(means).execute();
        centroids.get(3).round().astype(DType.INT8).show();

        // (1797, 1, 8, 8) against (10, 8, 8): how far each picture is from each mean.
        Tensor distance = images.expandDims(1).minus(centroids).square().sum(2, 3);
        Tensor guess = distance.argmin(1);
        System.out.println(guess.eq(labels).sum().itemLong() + " of " + labels.size());
    }
}
// @end
