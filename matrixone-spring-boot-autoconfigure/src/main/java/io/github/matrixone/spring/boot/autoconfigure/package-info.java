/**
 * Auto-configuration of the operations and of transactions on data sources, and what all
 * other auto-configuration shares.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
