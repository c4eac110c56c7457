package io.github.matrixone.sample.shop.imports;

import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What an import has done, and what it has kept of the time before it.
 *
 * @param before the snapshot of the shop before the import
 * @param archive the clone of the products before the import
 * @param created how many products are new
 * @param changed how many were there before
 */
public record ProductImport(SnapshotName before, TableName archive, int created, int changed) {

}
