package io.github.matrixone.spring.boot.test.container;

import java.util.List;
import java.util.ServiceLoader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.containers.JdbcDatabaseContainerProvider;
import org.testcontainers.jdbc.ConnectionUrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the URLs that begin with {@code jdbc:tc:matrixone}.
 */
class MatrixOneContainerProviderTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			jdbc:tc:matrixone:4.2.1:///shop,       4.2.1, shop, false
			jdbc:tc:matrixone:///shop,             4.2.0, shop, false
			jdbc:tc:matrixone:4.2.1://host:1/shop, 4.2.1, shop, false
			jdbc:tc:matrixone:///,                 4.2.0, test, false
			jdbc:tc:matrixone:///shop?TC_REUSABLE=true&connectTimeout=1, 4.2.0, shop, true
			""")
	void theUrlNamesTheTagAndTheDatabase(String url, String tag, String database, boolean reused) {
		try (JdbcDatabaseContainer<?> container = container(url)) {
			assertThat(container).isInstanceOf(MatrixOneContainer.class);
			assertThat(container.getImage()).asString().contains("imageName=matrixorigin/matrixone:" + tag + ",");
			assertThat(container.getDatabaseName()).isEqualTo(database);
			assertThat(container.isShouldBeReused()).isEqualTo(reused);
		}
	}

	@Test
	void withoutAUrlTheTagIsThatOfTheGuide() {
		try (MatrixOneContainer container = new MatrixOneContainerProvider().newInstance()) {
			assertThat(container.getImage()).asString().contains("imageName=matrixorigin/matrixone:4.2.0,");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "user=jane", "password=secret" })
	void theUrlCannotSetTheUserOrThePassword(String parameter) {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> container("jdbc:tc:matrixone:4.2.0:///shop?" + parameter))
			.withMessageContaining("no way to set the " + parameter.substring(0, parameter.indexOf('=')));
	}

	private static JdbcDatabaseContainer<?> container(String url) {
		ConnectionUrl parsed = ConnectionUrl.newInstance(url);
		List<JdbcDatabaseContainerProvider> providers = ServiceLoader.load(JdbcDatabaseContainerProvider.class)
			.stream()
			.map(ServiceLoader.Provider::get)
			.filter((provider) -> provider.supports(parsed.getDatabaseType()))
			.toList();
		assertThat(providers).hasSize(1);
		return providers.get(0).newInstance(parsed);
	}

}
