import static io.tharsis.Tensors.*;

import static java.lang.System.out;

import io.tharsis.DType;
import io.tharsis.Tensor;

import java.nio.file.Path;

/**
 * Luminance, blur and contrast of a photograph: ./tharsis run examples/Photo.java [data folder]
 * [result.npy]
 */
class Photo {
    static void main(String[] args) {
        Path data =
                args.length > 0
                        ? Path.of(args[0])
                        : Path.of(System.getProperty("tharsis.source")).resolveSibling("data");
        Path result = Path.of(args.length > 1 ? args[1] : "photo_blurred.npy");
        Tensor photo = fromNpy(data.resolve("photo_china.npy")).astype(DType.FLOAT64);

        // ITU-R BT.709
        Tensor luminance = photo.times(of(0.2126, 0.7152, 0.0722)).sum(2).execute();
        Tensor blurred = boxBlur(luminance, 4).execute();

        // Stretch the middle 98 % over the whole range.
        double[] ends = percentile(blurred, new double[] {1, 99}).toDoubleArray();
        Tensor stretched = blurred.minus(ends[0]).times(255 / (ends[1] - ends[0])).clip(0.0, 255.0);
        Tensor bytes = stretched.round().astype(DType.UINT8).execute();
        bytes.toNpy(result);

        out.printf(
                "luminance  mean %.4f  std %.4f%n",
                luminance.mean().item(), luminance.std().item());
        out.printf("blurred    mean %.4f  std %.4f%n", blurred.mean().item(), blurred.std().item());
        out.printf(
                "stretched  mean %.4f  std %.4f%n",
                stretched.mean().item(), stretched.std().item());
        out.println("written    " + result + " " + bytes);
        preview(stretched);
    }

    /**
     * The mean of the (2 r + 1) x (2 r + 1) neighbours, as a sum of shifted slices, first down and
     * then across.
     */
    static Tensor boxBlur(Tensor image, int r) {
        int n = 2 * r + 1;
        long rows = image.shape(0) - 2L * r;
        long columns = image.shape(1) - 2L * r;
        Tensor down = image.get(":" + rows);
        for (int i = 1; i < n; i++) {
            down = down.plus(image.get(i + ":" + (rows + i)));
        }
        Tensor across = down.get(":, :" + columns);
        for (int i = 1; i < n; i++) {
            across = across.plus(down.get(":, " + i + ":" + (columns + i)));
        }
        return across.div(n * n);
    }

    /** Every 18th line and every 9th column. */
    static void preview(Tensor image) {
        Tensor small = image.get("::18, ::9");
        Tensor level = small.times(9.999 / 255).astype(DType.INT32);
        int[] shades = level.toIntArray();
        int width = (int) small.shape(1);
        for (int i = 0; i < shades.length; i++) {
            out.print(" .:-=+*#%@".charAt(shades[i]) + ((i + 1) % width == 0 ? "\n" : ""));
        }
    }
}
