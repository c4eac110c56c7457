package io.github.matrixone.sample.shop.imports;

import java.math.BigDecimal;

/**
 * A line of a price list: {@code sku,name,price,stock}.
 */
record PriceListLine(String sku, String name, BigDecimal price, int stock) {

	static PriceListLine parse(int number, String text) {
		String[] fields = text.split(",", -1);
		if (fields.length != 4) {
			throw new InvalidPriceListException(number, "expected sku,name,price,stock");
		}
		return new PriceListLine(text(number, "SKU", fields[0], 40), text(number, "name", fields[1], 100),
				price(number, fields[2].strip()), stock(number, fields[3].strip()));
	}

	private static String text(int number, String what, String field, int maxLength) {
		String text = field.strip();
		if (text.isEmpty() || text.length() > maxLength) {
			throw new InvalidPriceListException(number, "the " + what + " must have 1 to " + maxLength + " characters");
		}
		return text;
	}

	private static BigDecimal price(int number, String field) {
		if (!field.matches("\\d{1,10}(\\.\\d{1,2})?")) {
			throw new InvalidPriceListException(number, "'" + field + "' is not a price");
		}
		return new BigDecimal(field).setScale(2);
	}

	private static int stock(int number, String field) {
		if (!field.matches("\\d{1,9}")) {
			throw new InvalidPriceListException(number, "'" + field + "' is not a number of pieces");
		}
		return Integer.parseInt(field);
	}

}
