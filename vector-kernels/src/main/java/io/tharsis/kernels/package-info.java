/** The kernel floor: memory segments and numbers, no tensors. */
package io.tharsis.kernels;
