package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Tuple;
import jakarta.persistence.TupleElement;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * Base of the tests of queries: the shop on a server.
 */
@EnabledIfServer
@SpringBootTest(classes = QueryApplication.class, properties = { "spring.jpa.hibernate.ddl-auto=create",
		"spring.sql.init.mode=never", "spring.jpa.properties.hibernate.query.hql.json_functions_enabled=true" })
abstract class QueryContract {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, "contract_query?createDatabaseIfNotExist=true");
	}

	@Autowired
	EntityManager entityManager;

	@Autowired
	TransactionTemplate transaction;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	DataSource dataSource;

	void fillShop() {
		this.transaction.executeWithoutResult((status) -> {
			ShopData.deleteFrom(this.entityManager);
			ShopData.persistIn(this.entityManager);
		});
	}

	String rows(String hql) {
		return this.transaction
			.execute((status) -> text(this.entityManager.createQuery(hql, Object.class).getResultList()));
	}

	/**
	 * Return the only row that a query gives, by the names that it gives its columns.
	 */
	Map<String, String> row(String hql) {
		return this.transaction.execute((status) -> {
			Tuple row = this.entityManager.createQuery(hql, Tuple.class).getSingleResult();
			return row.getElements()
				.stream()
				.collect(Collectors.toMap(TupleElement::getAlias, (column) -> text(row.get(column))));
		});
	}

	static String text(Collection<?> rows) {
		return rows.stream().map(QueryContract::text).collect(Collectors.joining("; "));
	}

	static String text(Object value) {
		if (value instanceof Object[] columns) {
			return Arrays.stream(columns).map(QueryContract::text).collect(Collectors.joining(", "));
		}
		if (value instanceof byte[] bytes) {
			return HexFormat.of().formatHex(bytes);
		}
		if (value instanceof Double number) {
			return number(number, 10);
		}
		if (value instanceof Float number) {
			return number(number, 6);
		}
		if (value instanceof BigDecimal number) {
			return number.toPlainString();
		}
		if (value instanceof Class<?> type) {
			return type.getSimpleName();
		}
		return String.valueOf(value);
	}

	private static String number(Number value, int precision) {
		return BigDecimal.valueOf(value.doubleValue())
			.round(new MathContext(precision))
			.stripTrailingZeros()
			.toPlainString();
	}

}
