package io.github.matrixone.spring.boot.autoconfigure.jooq;

import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jooq.autoconfigure.ExceptionTranslatorExecuteListener;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.ErrorCodes;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} by which jOOQ's errors are translated as those of JdbcTemplate are.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneAutoConfiguration.class, before = JooqAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ DSLContext.class, ExceptionTranslatorExecuteListener.class })
@ConditionalOnSingleCandidate(SQLExceptionTranslator.class)
@ConditionalOnMatrixOneEnabled
public final class MatrixOneJooqAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ExceptionTranslatorExecuteListener matrixOneJooqExceptionTranslator(SQLExceptionTranslator translator) {
		return (translator instanceof MatrixOneExceptionTranslator known)
				? ExceptionTranslatorExecuteListener
					.of((context) -> ErrorCodes.after(known, byCodes(context.configuration().dialect())))
				: ExceptionTranslatorExecuteListener.DEFAULT;
	}

	/**
	 * As without the starter: jOOQ knows the database, which need not be asked on another
	 * connection.
	 */
	private static SQLExceptionTranslator byCodes(SQLDialect dialect) {
		String name = (dialect.thirdParty() != null) ? dialect.thirdParty().springDbName() : null;
		return (name != null) ? new SQLErrorCodeSQLExceptionTranslator(name) : new SQLStateSQLExceptionTranslator();
	}

}
