package io.github.matrixone.spring.boot.autoconfigure.mybatis;

import javax.sql.DataSource;

import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.jspecify.annotations.Nullable;
import org.mybatis.spring.MyBatisExceptionTranslator;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.support.SQLExceptionTranslator;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.ErrorCodes;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.SharedStateCheck;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} by which the errors of MyBatis and MyBatis-Plus are translated as
 * those of JdbcTemplate are.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneAutoConfiguration.class, before = MybatisAutoConfiguration.class,
		beforeName = MatrixOneMybatisAutoConfiguration.MYBATIS_PLUS)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ SqlSessionFactory.class, SqlSessionTemplate.class })
@Conditional(MatrixOneMybatisAutoConfiguration.OnAutoConfiguration.class)
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnMatrixOneEnabled
public final class MatrixOneMybatisAutoConfiguration {

	static final String MYBATIS_PLUS = "com.baomidou.mybatisplus.autoconfigure.MybatisPlusAutoConfiguration";

	// Lazy because the auto-configuration that makes the factory may be excluded.
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SQLExceptionTranslator.class)
	SqlSessionTemplate sqlSessionTemplate(SqlSessionFactory factory, Environment environment,
			SQLExceptionTranslator translator) {
		ExecutorType configured = executorType(environment);
		ExecutorType executorType = (configured != null) ? configured
				: factory.getConfiguration().getDefaultExecutorType();
		if (!(translator instanceof MatrixOneExceptionTranslator known)) {
			return new SqlSessionTemplate(factory, executorType);
		}
		SQLExceptionTranslator all = ErrorCodes.after(known,
				ErrorCodes.of(factory.getConfiguration().getEnvironment().getDataSource()));
		return new SqlSessionTemplate(factory, executorType, new MyBatisExceptionTranslator(() -> all, true));
	}

	@Bean
	SharedStateCheck matrixOneMybatisCacheCheck(ObjectProvider<SqlSessionFactory> factories) {
		return (toWrite) -> factories.forEach(MatrixOneMybatisAutoConfiguration::requireNoCaches);
	}

	private static void requireNoCaches(SqlSessionFactory factory) {
		if (!factory.getConfiguration().getCaches().isEmpty()) {
			throw new InvalidDataAccessApiUsageException(
					"Work in a branch or in the past is refused: the caches of MyBatis are shared with the database itself. "
							+ "Remove <cache/> and @CacheNamespace for applications that use BranchOperations.in(…) or "
							+ "PastOperations");
		}
	}

	private static @Nullable ExecutorType executorType(Environment environment) {
		Binder binder = Binder.get(environment);
		return binder.bind("mybatis.executor-type", ExecutorType.class)
			.orElseGet(() -> binder.bind("mybatis-plus.executor-type", ExecutorType.class).orElse(null));
	}

	static final class OnAutoConfiguration extends AnyNestedCondition {

		OnAutoConfiguration() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnClass(MybatisAutoConfiguration.class)
		static final class OnMybatis {

		}

		@ConditionalOnClass(name = MYBATIS_PLUS)
		static final class OnMybatisPlus {

		}

	}

}
