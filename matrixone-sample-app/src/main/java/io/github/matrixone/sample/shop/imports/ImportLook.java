package io.github.matrixone.sample.shop.imports;

import java.math.BigDecimal;
import java.util.List;

import io.github.matrixone.spring.past.ThenAndNow;

/**
 * What the shop has become since an import.
 *
 * @param worth what all products in stock are worth, before the import and now
 * @param changes the products that are not what they were, by the import or since
 */
public record ImportLook(ThenAndNow<BigDecimal> worth, List<ImportedChange> changes) {

}
