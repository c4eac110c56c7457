/**
 * A zero-copy clone of the database for every test.
 */
@NullMarked
package io.github.matrixone.spring.boot.test.sandbox;

import org.jspecify.annotations.NullMarked;
