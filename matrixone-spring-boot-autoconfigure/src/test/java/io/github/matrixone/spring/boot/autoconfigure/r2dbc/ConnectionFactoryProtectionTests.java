package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.ConnectionFactoryBuilder;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.r2dbc.connection.DelegatingConnectionFactory;
import org.springframework.r2dbc.connection.lookup.AbstractRoutingConnectionFactory;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Where the protection stands, and what becomes of connection factories without it. No
 * server is reached.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionFactoryProtectionTests {

	private static final String PLACE = "://root@127.0.0.1:1/shop";

	private static final String WARNING = "Nothing protects the connections of the bean";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(R2dbcAutoConfiguration.class,
				R2dbcTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
				MatrixOneConnectionFactoryAutoConfiguration.class, MatrixOneReactiveAutoConfiguration.class));

	@Test
	void standsBetweenThePoolAndTheDriver(CapturedOutput output) {
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:mysql" + PLACE)
			.withBean(PoolMetrics.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				ConnectionPool pool = context.getBean(PoolMetrics.class).pool();
				assertThat(pool).isSameAs(context.getBean(ConnectionFactory.class))
					.isExactlyInstanceOf(ConnectionPool.class);
				assertThat(pool.unwrap()).isInstanceOf(MatrixOneConnectionFactory.class);
				assertThat(pool.getMetrics()).isPresent();
			});
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "r2dbc:pool:mysql", "r2dbc:pool:matrixone", "r2dbc:pool:matrixone:mysql",
			"r2dbc:matrixone", "r2dbc:matrixone:mysql" })
	void standsBeneathThePoolOfEachUrl(String url, CapturedOutput output) {
		this.runner.withPropertyValues("spring.r2dbc.url=" + url + PLACE).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ConnectionFactory.class)).isInstanceOfSatisfying(ConnectionPool.class,
					(pool) -> assertThat(pool.unwrap(MatrixOneConnectionFactory.class)).isNotNull());
		});
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void standsBeneathAPoolThatConnectionDetailsAskFor() {
		R2dbcConnectionDetails details = () -> ConnectionFactoryOptions.parse("r2dbc:pool:mysql" + PLACE);
		this.runner.withBean(R2dbcConnectionDetails.class, () -> details)
			.run((context) -> assertThat(MatrixOneConnectionFactory.protects(context.getBean(ConnectionFactory.class)))
				.isTrue());
	}

	@Test
	void protectsWhereThereIsNoPool() {
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:mysql" + PLACE, "spring.r2dbc.pool.enabled=false")
			.run((context) -> assertThat(context.getBean(ConnectionFactory.class))
				.isInstanceOf(MatrixOneConnectionFactory.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { Decorators.class, ZuluDecorator.class })
	void standsRightBeneathThePoolWhateverElseDecorates(Class<?> decorators) {
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:mysql" + PLACE)
			.withConfiguration(AutoConfigurations.of(decorators))
			.run((context) -> {
				MatrixOneConnectionFactory protection = (MatrixOneConnectionFactory) context
					.getBean(ConnectionPool.class)
					.unwrap();
				assertThat(protection.unwrap()).isInstanceOf(Decorated.class);
			});
	}

	@Test
	void isNotPutTwice() {
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:mysql" + PLACE)
			.withBean(ConnectionFactoryDecorator.class, () -> MatrixOneConnectionFactory::new)
			.run((context) -> {
				MatrixOneConnectionFactory protection = (MatrixOneConnectionFactory) context
					.getBean(ConnectionPool.class)
					.unwrap();
				assertThat(protection.unwrap()).isNotInstanceOf(MatrixOneConnectionFactory.class);
			});
	}

	@Test
	void isNotPutAroundAPoolThatADecoratorMakes(CapturedOutput output) {
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:mysql" + PLACE)
			.withBean(ConnectionFactoryDecorator.class, () -> ConnectionFactoryProtectionTests::pool)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void leavesTheOptionsToBeAskedFor() {
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:mysql" + PLACE)
			.run((context) -> assertThat(
					ConnectionFactoryBuilder.derivedFrom(context.getBean(ConnectionFactory.class)).buildOptions())
				.hasToString(ConnectionFactoryBuilder.withUrl("r2dbc:mysql" + PLACE).buildOptions().toString()));
	}

	@Test
	void closesThePoolWithTheContext() {
		AtomicReference<ConnectionPool> pool = new AtomicReference<>();
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:mysql" + PLACE).run((context) -> {
			pool.set(context.getBean(ConnectionPool.class));
			assertThat(pool.get().isDisposed()).isFalse();
		});
		assertThat(pool.get().isDisposed()).isTrue();
	}

	@Test
	void leavesOtherDatabasesAlone(CapturedOutput output) {
		ConnectionFactory other = mock(ConnectionFactory.class);
		given(other.getMetadata()).willReturn(() -> "PostgreSQL");
		this.runner.withBean(ConnectionFactory.class, () -> other)
			.run((context) -> assertThat(context.getBean(ConnectionFactory.class)).isSameAs(other));
		ConnectionFactoryProtection protection = new ConnectionFactoryProtection(
				new StaticListableBeanFactory().getBeanProvider(MatrixOneProperties.class));
		assertThat(protection.decorate(other)).isSameAs(other);
		ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions
			.parse("r2dbc:pool:postgresql://127.0.0.1:1/shop")
			.mutate();
		protection.customize(options);
		assertThat(options.build().getValue(ConnectionFactoryOptions.PROTOCOL)).isEqualTo("postgresql");
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void doesNothingWhereItIsSwitchedOff(CapturedOutput output) {
		this.runner.withPropertyValues("spring.r2dbc.url=r2dbc:pool:mysql" + PLACE, "matrixone.enabled=false")
			.run((context) -> assertThat(MatrixOneConnectionFactory.protects(context.getBean(ConnectionFactory.class)))
				.isFalse());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void warnsOfABeanThatNothingProtectsAndLeavesItAsItIs(CapturedOutput output) {
		AtomicInteger opened = new AtomicInteger();
		ConnectionFactory driver = driver("8.0.30-MatrixOne-v4.2.0");
		given(driver.create()).willAnswer(
				(invocation) -> Mono.error(() -> new IllegalStateException("opened " + opened.incrementAndGet())));
		ConnectionPool pool = pool(driver);
		this.runner.withBean("myPool", ConnectionPool.class, () -> pool).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ConnectionFactory.class)).isSameAs(pool);
			assertThat(opened).hasValue(0);
			assertThat(output).containsOnlyOnce(WARNING);
			assertThat(output).contains("'myPool' (io.r2dbc.pool.ConnectionPool)", "r2dbc:pool:matrixone://");
		});
	}

	@Test
	void refusesOperationsOnABeanThatNothingProtects() {
		Connection connection = connection("8.0.30-MatrixOne-v4.2.0");
		ConnectionFactory driver = driver(connection);
		this.runner.withBean(ConnectionFactory.class, () -> pool(driver))
			.run((context) -> assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> drop(context))
				.withMessageStartingWith("Nothing was done")
				.withMessageContaining("new MatrixOneConnectionFactory(driverFactory)"));
		verify(connection, never()).createStatement(anyString());
	}

	@Test
	void refusesOperationsOnAnotherServer() {
		Connection connection = connection("8.4.0");
		ConnectionFactory driver = driver(connection);
		this.runner.withBean(ConnectionFactory.class, () -> new MatrixOneConnectionFactory(driver))
			.run((context) -> assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> drop(context)));
		verify(connection, never()).createStatement(anyString());
	}

	@ParameterizedTest
	@ValueSource(classes = { ByHand.class, ByUrl.class, Hidden.class, Routing.class })
	void isContentWithWhatTheApplicationHasProtected(Class<?> configuration, CapturedOutput output) {
		this.runner.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ReactiveSnapshotOperations.class));
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void warnsOfTheDefaultOfARoutingConnectionFactory(CapturedOutput output) {
		this.runner.withBean(ConnectionFactory.class, () -> router(driver("8.0.30-MatrixOne-v4.2.0")))
			.run((context) -> assertThat(context.getBean(ConnectionFactory.class))
				.isInstanceOf(AbstractRoutingConnectionFactory.class));
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void doesNotAskARoutingConnectionFactoryWithoutADefault(CapturedOutput output) {
		ConnectionFactory router = router(null);
		assertThat(new UnprotectedConnectionFactories().postProcessAfterInitialization(router, "router"))
			.isSameAs(router);
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void leavesLazyAndScopedBeansAlone() {
		Unborn.made.clear();
		this.runner.withUserConfiguration(Unborn.class).run((context) -> {
			assertThat(context.getBean("scoped")).isInstanceOf(ScopedObject.class);
			assertThat(Unborn.made).isEmpty();
		});
	}

	private static void drop(ApplicationContext context) {
		context.getBean(ReactiveSnapshotOperations.class).dropIfExists(SnapshotName.of("nightly")).block();
	}

	private static ConnectionPool pool(ConnectionFactory connectionFactory) {
		return new ConnectionPool(ConnectionPoolConfiguration.builder(connectionFactory).initialSize(0).build());
	}

	private static ConnectionFactory driver(String version) {
		return driver(connection(version));
	}

	private static ConnectionFactory driver(Connection connection) {
		ConnectionFactory driver = mock(ConnectionFactory.class);
		given(driver.getMetadata()).willReturn(() -> "MySQL");
		given(driver.create()).willAnswer((invocation) -> Mono.just(connection));
		return driver;
	}

	private static Connection connection(String version) {
		Connection connection = mock(Connection.class, RETURNS_DEEP_STUBS);
		given(connection.getMetadata().getDatabaseVersion()).willReturn(version);
		given(connection.validate(any())).willAnswer((invocation) -> Mono.just(true));
		given(connection.close()).willAnswer((invocation) -> Mono.empty());
		return connection;
	}

	private static AbstractRoutingConnectionFactory router(ConnectionFactory target) {
		AbstractRoutingConnectionFactory router = new AbstractRoutingConnectionFactory() {

			@Override
			protected Mono<Object> determineCurrentLookupKey() {
				return Mono.empty();
			}

		};
		router.setTargetConnectionFactories(Map.of());
		if (target != null) {
			router.setDefaultTargetConnectionFactory(target);
		}
		return router;
	}

	private record PoolMetrics(ConnectionPool pool) {
	}

	static final class Decorated extends DelegatingConnectionFactory {

		Decorated(ConnectionFactory target) {
			super(target);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Decorators {

		@Bean
		ConnectionFactoryDecorator withoutOrder() {
			return Decorated::new;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByHand {

		@Bean
		ConnectionPool connectionFactory() {
			return pool(new MatrixOneConnectionFactory(driver("8.0.30-MatrixOne-v4.2.0")));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByUrl {

		@Bean
		ConnectionFactory connectionFactory() {
			return ConnectionFactories.get("r2dbc:pool:matrixone" + PLACE);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hidden {

		@Bean
		ConnectionFactory connectionFactory() {
			ConnectionFactory hidden = new MatrixOneConnectionFactory(driver("8.0.30-MatrixOne-v4.2.0"));
			ConnectionFactory hiding = mock(ConnectionFactory.class);
			given(hiding.getMetadata()).willAnswer((invocation) -> hidden.getMetadata());
			return hiding;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Routing {

		@Bean
		ConnectionFactory connectionFactory() {
			return router(pool(new MatrixOneConnectionFactory(driver("8.0.30-MatrixOne-v4.2.0"))));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unborn {

		private static final List<String> made = new ArrayList<>();

		@Bean
		@Lazy
		ConnectionFactory lazy() {
			made.add("lazy");
			return driver("8.4.0");
		}

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		ConnectionFactory scoped() {
			made.add("scoped");
			return driver("8.4.0");
		}

	}

}
