/**
 * Snapshots, backups, migrations, development environments and reports.
 */
@NullMarked
package io.github.matrixone.sample.shop.operations;

import org.jspecify.annotations.NullMarked;
