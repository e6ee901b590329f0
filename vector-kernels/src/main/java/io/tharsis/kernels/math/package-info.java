/**
 * The transcendental functions as straight-line kernel programs: polynomials over the primitives of
 * {@link io.tharsis.kernels.ir}, so that every backend, vector width and tail gives the same bits.
 *
 * <p>Each function is a static method that takes a {@link io.tharsis.kernels.ir.ProgramBuilder} and
 * argument nodes (F32 or F64) and answers the result node. Special values are those of C99, Annex
 * F, as in NumPy.
 *
 * <p>The bounds that tests enforce stand in {@link io.tharsis.kernels.math.MathBounds}. Largest
 * errors measured, in units of the last place, over tens of millions of arguments against 113-bit
 * arithmetic and the golden points:
 *
 * <table>
 * <caption>Largest measured errors</caption>
 * <tr><th>function<th>F64<th>F32
 * <tr><td>exp<td>0.92<td>0.88
 * <tr><td>exp2<td>0.90<td>0.51
 * <tr><td>expm1<td>0.91<td>0.51
 * <tr><td>sigmoid<td>2.24<td>2.31
 * <tr><td>log<td>0.81<td>0.84
 * <tr><td>log2<td>0.57<td>0.50
 * <tr><td>log10<td>0.56<td>0.50
 * <tr><td>log1p<td>0.56<td>0.50
 * <tr><td>sin, cos<td>0.79<td>0.50
 * <tr><td>tan<td>0.94<td>0.50
 * <tr><td>asin, acos<td>0.64<td>0.50
 * <tr><td>atan<td>0.84<td>0.50
 * <tr><td>atan2<td>0.77<td>0.50
 * <tr><td>sinh<td>0.73<td>0.51
 * <tr><td>cosh<td>0.66<td>0.51
 * <tr><td>tanh<td>0.70<td>0.51
 * <tr><td>asinh, acosh, atanh<td>0.57<td>0.50
 * <tr><td>cbrt<td>0.50<td>0.50
 * <tr><td>hypot<td>0.50 (subnormal: 0.75)<td>0.50
 * <tr><td>pow<td>0.75<td>0.50
 * <tr><td>logaddexp<td>0.52 of the largest of arguments and result<td>0.50
 * <tr><td>rint, floor, ceil, trunc, fmod, copysign, nextafter<td>exact<td>exact
 * </table>
 *
 * <p>F64 sin, cos and tan of magnitudes beyond 10^6, and fmod of quotients beyond 2^53, are
 * computed element by element in Java, within 1 ulp and exactly. The only functions above 1 ulp are
 * sigmoid, a composite, and logaddexp where its terms cancel to nearly 0.
 *
 * <p>To add a function: write it in the class of its family with {@code Floats}, its coefficients
 * by {@code src/main/generator/minimax.py}; state its measured bound in {@code MathBounds}; add its
 * points to {@code src/test/python/math_goldens.py}.
 */
package io.tharsis.kernels.math;
