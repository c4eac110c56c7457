/**
 * Snapshots before migrations of Flyway and Liquibase.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.migration;

import org.jspecify.annotations.NullMarked;
