package io.github.matrixone.spring.boot.autoconfigure.jooq;

import javax.sql.DataSource;

import org.jooq.DSLContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jooq.autoconfigure.ExceptionTranslatorExecuteListener;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.support.SQLExceptionTranslator;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.ErrorCodes;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} by which jOOQ's errors are translated as those of JdbcTemplate are.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneAutoConfiguration.class, before = JooqAutoConfiguration.class)
@ConditionalOnClass({ DSLContext.class, ExceptionTranslatorExecuteListener.class })
@ConditionalOnSingleCandidate(SQLExceptionTranslator.class)
@ConditionalOnMatrixOneEnabled
public final class MatrixOneJooqAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ExceptionTranslatorExecuteListener matrixOneJooqExceptionTranslator(SQLExceptionTranslator translator,
			ObjectProvider<DataSource> dataSource) {
		SQLExceptionTranslator all = ErrorCodes.of(translator, dataSource.getIfUnique());
		return ExceptionTranslatorExecuteListener.of((context) -> all);
	}

}
