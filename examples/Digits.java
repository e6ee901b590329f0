import static io.tharsis.Tensors.*;

import static java.lang.System.out;

import io.tharsis.DType;
import io.tharsis.Tensor;

import java.nio.file.Path;

/**
 * Hand-written digits, told apart by the mean image that each is nearest to: ./tharsis run
 * examples/Digits.java [data folder]
 */
class Digits {
    static void main(String[] args) {
        Path data =
                args.length > 0
                        ? Path.of(args[0])
                        : Path.of(System.getProperty("tharsis.source")).resolveSibling("data");
        Tensor images =
                fromNpy(data.resolve("digits_images.npy"))
                        .astype(DType.FLOAT64)
                        .div(16)
                        .reshape(-1, 64)
                        .execute();
        Tensor labels = fromNpy(data.resolve("digits_labels.npy")).execute();

        // Learn from the first 1400, ask about the rest.
        Tensor train = images.get(":1400");
        Tensor is = labels.get(":1400").expandDims(1).eq(arange(10));
        Tensor[] means = new Tensor[10];
        for (int digit = 0; digit < 10; digit++) {
            means[digit] = train.get(is.get(": ," + digit)).mean(0);
        }
        Tensor centroids = stack(means).execute();

        Tensor test = images.get("1400:");
        Tensor distance = test.expandDims(1).minus(centroids).square().sum(2);
        Tensor guess = distance.argmin(1);
        Tensor right = guess.eq(labels.get("1400:"));
        out.printf("mean grey     %.6f%n", images.mean().item());
        out.printf("right         %d of %d%n", right.sum().itemLong(), right.size());
        out.printf("accuracy      %.4f%n", right.mean().item());

        out.println("the mean 3:");
        show(centroids.get(3).reshape(8, 8));
    }

    /** Two characters for a pixel, as it is about as wide as a line is high. */
    static void show(Tensor image) {
        String shades = " .:-=+*#%@";
        double[] greys = image.toDoubleArray();
        int width = (int) image.shape(1);
        for (int i = 0; i < greys.length; i++) {
            char shade = shades.charAt((int) (greys[i] * 9.999));
            out.print("" + shade + shade + ((i + 1) % width == 0 ? "\n" : ""));
        }
    }
}
