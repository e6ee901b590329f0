package io.tharsis.engine;

import static io.tharsis.Tensors.fromNpy;
import static io.tharsis.Tensors.random;

import io.tharsis.Session;
import io.tharsis.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes with more than its session has memory, in a process of its own: arguments are the budget
 * and a folder. Says {@code done} when it is, and waits for the end of its input.
 */
final class ResidentProgram {
    private ResidentProgram() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        try (var session =
                        Session.local()
                                .memory(arguments[0])
                                .threads(2)
                                .spillTo(folder.resolve("spill"))
                                .open();
                var _ = session.bind()) {
            Path file = folder.resolve("x.npy");
            // 400 MB
            random(1).uniform(50_000, 1000).toNpy(file);
            Tensor x = fromNpy(file);
            x.minus(x.mean(0)).div(x.std(0)).toNpy(folder.resolve("z.npy"));
            List<Tensor> kept = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                kept.add(x.get(":, " + i * 200 + ":" + (i + 1) * 200).plus(i).execute());
            }
            double sum = 0;
            for (Tensor tensor : kept) {
                sum += tensor.mean().item();
            }
            Files.writeString(folder.resolve("answer"), sum + " " + session.stats());
            System.out.println("done");
            while (System.in.read() >= 0) {
                // until the end
            }
        }
    }
}
