/**
 * Exceptions for what only MatrixOne can refuse, and their translation from the driver's.
 */
@NullMarked
package io.github.matrixone.spring.dao;

import org.jspecify.annotations.NullMarked;
