/**
 * Matrix products: packed panels, and a tile of the result in registers.
 *
 * <p>A product passes through {@link io.tharsis.kernels.matrix.MatrixProduct} (blocks), {@code
 * Packer} (panels), and a {@code TileKernel} (the inner loop): machine code for floats where there
 * is some for this system ({@code MachineTile}), else the scalar twin at first and a generated
 * vector class once it is fast. What an element is made of is stated at {@link
 * io.tharsis.kernels.matrix.MatrixProduct}.
 *
 * <p>To add a format: add its twin to {@code src/main/generator/matrix_tiles.py}, its inner block
 * and tile shape to {@code TileShape}, and run {@code MatrixProductTest} over it.
 */
package io.tharsis.kernels.matrix;
