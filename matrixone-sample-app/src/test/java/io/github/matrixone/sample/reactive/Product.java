package io.github.matrixone.sample.reactive;

import java.math.BigDecimal;

import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Table;

@Table("product")
record Product(@Id Long id, @Version Long version, String sku, String name, BigDecimal price, int stock) {

	static Product of(String sku, String name, String price, int stock) {
		return new Product(null, null, sku, name, new BigDecimal(price), stock);
	}

}
