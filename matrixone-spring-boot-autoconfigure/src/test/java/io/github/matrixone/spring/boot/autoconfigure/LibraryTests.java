package io.github.matrixone.spring.boot.autoconfigure;

import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.Test;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.ExceptionTranslatorExecuteListener;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.jdbc.core.dialect.JdbcH2Dialect;
import org.springframework.data.jdbc.core.dialect.JdbcMySqlDialect;

import io.github.matrixone.spring.boot.autoconfigure.jooq.MatrixOneJooqAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.mybatis.MatrixOneMybatisAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class LibraryTests {

	private final ApplicationContextRunner starter = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
				MatrixOneAutoConfiguration.class, MatrixOneJooqAutoConfiguration.class,
				MatrixOneMybatisAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.starter.withUserConfiguration(Application.class)
		.withConfiguration(AutoConfigurations.of(DataJdbcRepositoriesAutoConfiguration.class,
				JooqAutoConfiguration.class, MybatisAutoConfiguration.class));

	@Test
	void theSimulatorIsSentMySql() {
		this.runner.run((context) -> {
			assertThat(context.getBean(DSLContext.class).dialect()).isEqualTo(SQLDialect.MYSQL);
			assertThat(context.getBean(JdbcDialect.class)).isInstanceOf(JdbcMySqlDialect.class);
		});
	}

	@Test
	void theSimulatorIsSentWhatTheUserSays() {
		this.runner.withPropertyValues("spring.jooq.sql-dialect=h2", "spring.data.jdbc.dialect=h2").run((context) -> {
			assertThat(context.getBean(DSLContext.class).dialect()).isEqualTo(SQLDialect.H2);
			assertThat(context.getBean(JdbcDialect.class)).isInstanceOf(JdbcH2Dialect.class);
		});
	}

	@Test
	void myBatisKeepsItsExecutorType() {
		this.runner.withPropertyValues("mybatis.executor-type=batch")
			.run((context) -> assertThat(context.getBean(SqlSessionTemplate.class).getExecutorType())
				.isEqualTo(ExecutorType.BATCH));
		this.runner.withPropertyValues("mybatis.configuration.default-executor-type=reuse")
			.run((context) -> assertThat(context.getBean(SqlSessionTemplate.class).getExecutorType())
				.isEqualTo(ExecutorType.REUSE));
	}

	@Test
	void myBatisPlusKeepsItsExecutorType() {
		this.runner.withPropertyValues("mybatis-plus.executor-type=batch")
			.run((context) -> assertThat(context.getBean(SqlSessionTemplate.class).getExecutorType())
				.isEqualTo(ExecutorType.BATCH));
	}

	@Test
	void backsOffForBeansOfTheUser() {
		SqlSessionTemplate template = mock(SqlSessionTemplate.class);
		ExceptionTranslatorExecuteListener listener = mock(ExceptionTranslatorExecuteListener.class);
		this.runner.withBean("myTemplate", SqlSessionTemplate.class, () -> template)
			.withBean("myListener", ExceptionTranslatorExecuteListener.class, () -> listener)
			.run((context) -> {
				assertThat(context.getBean(SqlSessionTemplate.class)).isSameAs(template);
				assertThat(context.getBean(ExceptionTranslatorExecuteListener.class)).isSameAs(listener);
			});
	}

	@Test
	void leavesExceptionsToTheLibrariesIfToldSo() {
		this.runner.withPropertyValues("matrixone.exception-translation.enabled=false").run((context) -> {
			assertThat(context.getBean(ExceptionTranslatorExecuteListener.class))
				.isSameAs(ExceptionTranslatorExecuteListener.DEFAULT);
			assertThat(context.getBeanFactory().getBeanDefinition("sqlSessionTemplate").getFactoryBeanName())
				.isEqualTo(MybatisAutoConfiguration.class.getName());
		});
	}

	@Test
	void startsWithoutTheLibrariesOrTheirAutoConfigurations() {
		this.starter.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SqlSessionFactory.class));
		this.starter
			.withClassLoader(new FilteredClassLoader("org.jooq", "org.apache.ibatis", "org.mybatis",
					"org.springframework.data", "org.springframework.boot.jooq", "org.springframework.boot.data"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SnapshotOperations.class));
	}

	@AutoConfigurationPackage(basePackages = "no.mappers")
	static class Application {

	}

}
