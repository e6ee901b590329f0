/** The user's front door: tensors, sessions and dtypes. */
package io.tharsis;
