/**
 * What an application makes its schema with, and whether that has changed since a
 * template was made.
 */
@NullMarked
package io.github.matrixone.spring.boot.test.sandbox.schema;

import org.jspecify.annotations.NullMarked;
