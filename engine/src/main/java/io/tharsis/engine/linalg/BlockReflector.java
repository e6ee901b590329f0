package io.tharsis.engine.linalg;

/**
 * {@code H_0 H_1 ... = I - V T Vᵀ} (Schreiber and Van Loan, A storage-efficient WY representation
 * for products of Householder transformations, 1989).
 */
final class BlockReflector {
    private BlockReflector() {}

    /**
     * The upper triangle T, by rows.
     *
     * @param v reflectors, one an array; {@code H_k} is {@code I - 2 v vᵀ / vᵀv}, or the identity
     *     if v is 0
     */
    static double[][] triangle(double[][] v, int length) {
        int count = v.length;
        double[][] t = new double[count][count];
        double[] products = new double[count];
        for (int k = 0; k < count; k++) {
            double square = Lanes.dot(v[k], v[k], 0, length);
            double tau = square == 0 ? 0 : 2 / square;
            for (int p = 0; p < k; p++) {
                products[p] = Lanes.dot(v[p], v[k], 0, length);
            }
            for (int p = 0; p < k; p++) {
                t[p][k] = -tau * Lanes.dot(t[p], products, p, k);
            }
            t[k][k] = tau;
        }
        return t;
    }
}
