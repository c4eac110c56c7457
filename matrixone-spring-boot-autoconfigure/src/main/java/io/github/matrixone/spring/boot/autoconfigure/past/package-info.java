/**
 * Auto-configuration for methods that read the past.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.past;

import org.jspecify.annotations.NullMarked;
