package io.github.matrixone.spring.boot.autoconfigure;

import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.matrixone.spring.jdbc.MatrixOneDriver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Data sources that other post-processors change or wrap.
 */
@ExtendWith(OutputCaptureExtension.class)
class DecoratedDataSourceTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MatrixOneDataSourceAutoConfiguration.class));

	private final ApplicationContextRunner pool = this.runner.withBean("pool", DataSource.class,
			DecoratedDataSourceTests::hikari);

	@Test
	void areProtectedIfTheirDriverIsNamedBeforeTheyAreComplete() {
		this.pool.withBean(BeanPostProcessor.class, () -> new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String beanName) {
				return nameDriver(bean);
			}

		}).run((context) -> assertProtected(context.getBean(HikariDataSource.class)));
	}

	@Test
	void areProtectedIfTheirDriverIsNamedAfterTheyAreComplete() {
		this.pool.withBean(BeanPostProcessor.class, () -> after(DecoratedDataSourceTests::nameDriver))
			.run((context) -> assertProtected(context.getBean(HikariDataSource.class)));
	}

	@Test
	void areKnownWhateverIsAroundThem(CapturedOutput output) {
		this.pool.withBean(BeanPostProcessor.class, () -> after(DecoratedDataSourceTests::hide)).run((context) -> {
			assertThat(context.getBean(DataSource.class)).isNotInstanceOf(HikariDataSource.class);
			this.runner.withParent(context).run((child) -> assertThat(child).hasNotFailed());
		});
		assertThat(output).doesNotContain("is of a make that is not known");
	}

	@Test
	void areWarnedOfIfTheyAreNotKnown(CapturedOutput output) {
		this.runner.withBean("hidden", DataSource.class, () -> (DataSource) hide(hikari()))
			.run((context) -> this.runner.withParent(context).run((child) -> assertThat(child).hasNotFailed()));
		assertThat(output).containsOnlyOnce("The DataSource 'hidden' of ");
	}

	private static void assertProtected(HikariDataSource pool) {
		assertThat(pool.getDriverClassName()).isEqualTo(MatrixOneDriver.class.getName());
	}

	private static HikariDataSource hikari() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:mysql://127.0.0.1:1/shop");
		return pool;
	}

	private static BeanPostProcessor after(UnaryOperator<Object> change) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return change.apply(bean);
			}

		};
	}

	private static Object nameDriver(Object bean) {
		if (bean instanceof HikariDataSource pool) {
			pool.setDriverClassName("com.mysql.cj.jdbc.Driver");
		}
		return bean;
	}

	private static Object hide(Object bean) {
		return (bean instanceof DataSource) ? Proxy.newProxyInstance(DecoratedDataSourceTests.class.getClassLoader(),
				new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> method.invoke(bean, arguments))
				: bean;
	}

}
