package io.github.matrixone.sample.shop.imports;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.branch.TableChange;

/**
 * A product that is not what it was before an import.
 *
 * @param sku the product
 * @param priceBefore its price then, or {@code null} if it was not there
 * @param priceNow its price now, or {@code null} if it is not there any more
 * @param stockBefore its stock then, or {@code null} if it was not there
 * @param stockNow its stock now, or {@code null} if it is not there any more
 * @param again whether it was changed more than once since, such as by an order: a
 * product is taken back whole, so that would be lost
 */
public record ImportedChange(String sku, @Nullable BigDecimal priceBefore, @Nullable BigDecimal priceNow,
		@Nullable Integer stockBefore, @Nullable Integer stockNow, boolean again) {

	static ImportedChange of(TableChange row) {
		return new ImportedChange(sku(row), (BigDecimal) value(row.before(), "price"),
				(BigDecimal) value(row.after(), "price"), (Integer) value(row.before(), "stock"),
				(Integer) value(row.after(), "stock"), isChangedAgain(row));
	}

	static String sku(TableChange row) {
		return Stream.of(row.before(), row.after())
			.filter(Objects::nonNull)
			.map((side) -> String.valueOf(side.get("sku")))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Each change of a product makes its version one more, and a new one begins with 0.
	 */
	private static boolean isChangedAgain(TableChange row) {
		Number before = (Number) value(row.before(), "version");
		Number after = (Number) value(row.after(), "version");
		return after == null || after.longValue() != ((before != null) ? before.longValue() + 1 : 0);
	}

	private static @Nullable Object value(@Nullable Map<String, @Nullable Object> row, String column) {
		return (row != null) ? row.get(column) : null;
	}

}
