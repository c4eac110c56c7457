package io.github.matrixone.sample.shop.imports;

import java.math.BigDecimal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PriceListLine}.
 */
class PriceListLineTests {

	@Test
	void parses() {
		assertThat(PriceListLine.parse(1, " pencil , Pencil,1.2,60 "))
			.isEqualTo(new PriceListLine("pencil", "Pencil", new BigDecimal("1.20"), 60));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''                         | expected sku,name,price,stock
			pencil,Pencil,1.20         | expected sku,name,price,stock
			pencil,Pencil,1.20,60,7    | expected sku,name,price,stock
			,Pencil,1.20,60            | the SKU must have 1 to 40 characters
			pencil,,1.20,60            | the name must have 1 to 100 characters
			pencil,Pencil,-1.20,60     | '-1.20' is not a price
			pencil,Pencil,1.205,60     | '1.205' is not a price
			pencil,Pencil,1e9,60       | '1e9' is not a price
			pencil,Pencil,1.20,many    | 'many' is not a number of pieces
			pencil,Pencil,1.20,-1      | '-1' is not a number of pieces
			pencil,Pencil,1.20,9999999999 | '9999999999' is not a number of pieces
			""", quoteCharacter = '"')
	void refuses(String line, String problem) {
		assertThatExceptionOfType(InvalidPriceListException.class).isThrownBy(() -> PriceListLine.parse(7, line))
			.withMessage("Line 7: " + problem)
			.satisfies((ex) -> assertThat(ex.getLine()).isEqualTo(7));
	}

}
