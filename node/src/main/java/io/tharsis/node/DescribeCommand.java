package io.tharsis.node;

import static io.tharsis.Tensors.concatenate;
import static io.tharsis.Tensors.fromNpy;
import static io.tharsis.Tensors.fromNpz;

import io.tharsis.Session;
import io.tharsis.Slice;
import io.tharsis.Tensor;
import io.tharsis.engine.npy.NpyFile;
import io.tharsis.engine.npy.NpyFormatException;
import io.tharsis.engine.npy.NpyHeader;
import io.tharsis.engine.npy.NpzReader;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * {@code tharsis describe FILE}: what is in a {@code .npy} file, or in each array of a {@code .npz}
 * archive.
 */
@Command(
        name = "describe",
        description =
                "Tell shape, dtype, range, mean, spread and NaNs of a .npy or .npz file, with a"
                        + " histogram.")
final class DescribeCommand implements Callable<Integer> {
    /** Indices shown at each end of a long axis. */
    private static final long EDGE = 20;

    @Parameters(paramLabel = "FILE", description = "A .npy file, or a .npz archive of several.")
    private Path file;

    @Option(
            names = "--axis",
            paramLabel = "K",
            description = "One row for each index along axis K (negative: from the end).")
    private Integer axis;

    @Mixin private SessionOptions options;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (!Files.exists(file)) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "tharsis describe: there is no file "
                                    + file
                                    + " (seen from "
                                    + Path.of("").toAbsolutePath()
                                    + ")");
            return ExitCode.USAGE;
        }
        boolean isArchive = file.toString().endsWith(".npz");
        var refused = new LinkedHashMap<String, NpyFormatException>();
        Map<String, NpyHeader> headers = isArchive ? archiveHeaders(refused) : Map.of("", header());
        headers.forEach((name, header) -> checkAxis(name, header.shape()));
        try (Session session = options.open();
                Session.Binding _ = session.bind()) {
            Map<String, Tensor> tensors = isArchive ? fromNpz(file) : Map.of("", fromNpy(file));
            headers.forEach(
                    (name, header) -> {
                        out.println(isArchive ? file + ", " + name : file.toString());
                        describe(
                                header,
                                tensors.get(name),
                                new DescribeReport(out, new Bars(System.out.charset()), width()));
                    });
        }
        if (headers.isEmpty() && refused.isEmpty()) {
            out.println(file + " holds no arrays");
        }
        out.flush();
        refused.values()
                .forEach(
                        refusal ->
                                spec.commandLine()
                                        .getErr()
                                        .println("tharsis describe: " + refusal.getMessage()));
        return refused.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Columns of the terminal, where the shell tells them. */
    private static int width() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("\\d{2,4}") ? Integer.parseInt(columns) : 80;
    }

    private NpyHeader header() {
        try (NpyFile open = NpyFile.open(file)) {
            return open.header();
        }
    }

    /**
     * @param refused takes the arrays that cannot be read, with the reason
     */
    private Map<String, NpyHeader> archiveHeaders(Map<String, NpyFormatException> refused) {
        var headers = new LinkedHashMap<String, NpyHeader>();
        try (NpzReader archive = NpzReader.open(file)) {
            for (String name : archive.names()) {
                try {
                    headers.put(name, archive.array(name).header());
                } catch (NpyFormatException e) {
                    refused.put(name, e);
                }
            }
        }
        return headers;
    }

    private void checkAxis(String name, long... shape) {
        if (axis != null && (axis < -shape.length || axis >= shape.length)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--axis "
                            + axis
                            + " is out of range: "
                            + file
                            + (name.isEmpty() ? "" : ", " + name)
                            + " has shape "
                            + Arrays.toString(shape)
                            + (shape.length == 0
                                    ? ", no axes"
                                    : "; give " + -shape.length + " to " + (shape.length - 1)));
        }
    }

    private void describe(NpyHeader header, Tensor tensor, DescribeReport report) {
        report.header(header);
        if (tensor.size() == 0) {
            report.empty();
        } else if (axis == null) {
            report.whole(Statistics.of(tensor, 20), tensor.dtype().isFloat());
        } else {
            int along = axis < 0 ? axis + tensor.rank() : axis;
            long length = tensor.shape(along);
            boolean isShort = length <= 2 * EDGE;
            Tensor shown =
                    isShort
                            ? tensor
                            : concatenate(
                                    along,
                                    slice(tensor, along, 0, EDGE),
                                    slice(tensor, along, length - EDGE, length));
            report.table(
                    along,
                    Statistics.of(shown, along, 16),
                    tensor.dtype().isFloat(),
                    i -> isShort || i < EDGE ? i : length - 2 * EDGE + i);
        }
    }

    private static Tensor slice(Tensor tensor, int axis, long from, long to) {
        Slice[] slices = new Slice[axis + 1];
        Arrays.fill(slices, Slice.all());
        slices[axis] = Slice.range(from, to);
        return tensor.get(slices);
    }
}
