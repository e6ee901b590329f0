import io.tharsis.DType;

/**
 * What the launcher runs once after a build, through {@code tharsis run}, to learn which classes a
 * program needs; they go into a class-data archive that halves the start of later programs.
 * Whatever most programs do at their start belongs here.
 */
final class Warmup {
    private Warmup() {}

    public static void main(String[] args) {
        int bytes = 0;
        for (DType dtype : DType.values()) {
            bytes += dtype.byteSize();
        }
        System.out.printf("%d bytes, %.3f%n", bytes, Math.sqrt(bytes));
    }
}
