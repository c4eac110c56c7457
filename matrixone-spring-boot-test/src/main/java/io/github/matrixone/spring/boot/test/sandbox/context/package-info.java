/**
 * Sandboxes of an application context: which are open, which thread has which, and the
 * data source that leads to them.
 */
@NullMarked
package io.github.matrixone.spring.boot.test.sandbox.context;

import org.jspecify.annotations.NullMarked;
