/**
 * A zero-copy clone of the database for every test: what a test says, and what it is
 * given.
 */
@NullMarked
package io.github.matrixone.spring.boot.test.sandbox;

import org.jspecify.annotations.NullMarked;
