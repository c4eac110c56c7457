package io.github.matrixone.sample.shop.demonstration;

import java.util.List;

import io.github.matrixone.sample.shop.imports.ProductImport;
import io.github.matrixone.sample.shop.operations.ProductChange;

/**
 * What the demonstration has done and found.
 *
 * @param before the shop before it
 * @param failure why the first import has failed
 * @param afterFailure the shop after the first import
 * @param imported what the second import has done
 * @param afterSuccess the shop after the second import
 * @param archived how many products the clone of the second import holds
 * @param changes the products now and at the snapshot of the second import
 */
public record DemonstrationReport(ShopState before, String failure, ShopState afterFailure, ProductImport imported,
		ShopState afterSuccess, long archived, List<ProductChange> changes) {

}
