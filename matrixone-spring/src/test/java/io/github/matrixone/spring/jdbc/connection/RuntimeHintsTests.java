package io.github.matrixone.spring.jdbc.connection;

import java.sql.CallableStatement;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;

import com.mysql.cj.protocol.Resultset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

import io.github.matrixone.spring.hibernate.MatrixOneDialect;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.journal.JournalTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the hints that a native image needs.
 */
class RuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@BeforeEach
	void registerHints() {
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("io.github.matrixone."))
			.forEach((registrar) -> registrar.registerHints(this.hints, getClass().getClassLoader()));
	}

	@ParameterizedTest
	@ValueSource(
			classes = { MatrixOneConnection.class, CallableStatement.class, DatabaseMetaData.class, ResultSet.class })
	void proxiesOfTheDriversObjectsCanBeMade(Class<?> type) {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(type, WrapperHandler.OfThisPackage.class))
			.accepts(this.hints);
	}

	@Test
	void theDriversOwnResultCanBeReplaced() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Resultset.class)).accepts(this.hints);
	}

	@ParameterizedTest
	@ValueSource(classes = { MatrixOneDriver.class, MatrixOneDialect.class })
	void whatIsMadeByTheNameOfItsClassCanBe(Class<?> type) {
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS)).accepts(this.hints);
	}

	@Test
	void theScriptOfTheJournalIsThere() {
		assertThat(RuntimeHintsPredicates.resource().forResource(JournalTable.SCHEMA)).accepts(this.hints);
	}

}
