/**
 * Auto-configuration of the journal and of its recovery.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.journal;

import org.jspecify.annotations.NullMarked;
