package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.AbstractMap;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Logger;

import javax.sql.DataSource;
import javax.sql.XADataSource;

import com.alibaba.druid.pool.DruidDataSource;
import com.alibaba.druid.pool.vendor.MySqlValidConnectionChecker;
import com.mysql.cj.jdbc.MysqlDataSource;
import com.mysql.cj.jdbc.MysqlXADataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.AbstractLazyCreationTargetSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.UserCredentialsDataSourceAdapter;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.test.util.ReflectionTestUtils;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.Mockito.mock;

/**
 * Which pools are taken, without a server.
 */
@ExtendWith(OutputCaptureExtension.class)
class PoolSeatsTests {

	private static final String URL = "jdbc:mysql://127.0.0.1:1/shop";

	private final PoolSeats seats = new PoolSeats(new MatrixOneConnections());

	@ParameterizedTest
	@ValueSource(
			classes = { HikariDataSource.class, org.apache.tomcat.jdbc.pool.DataSource.class, BasicDataSource.class })
	void leavesAMockOfAPoolAlone(Class<? extends DataSource> type) {
		assertThatNoException().isThrownBy(() -> this.seats.take(mock(type)));
	}

	@Test
	void takesHikariCpWithoutStartingIt() {
		try (HikariDataSource pool = hikari(URL)) {
			assertThat(this.seats.take(pool)).isTrue();
			assertThat(pool.getDriverClassName()).isEqualTo(MatrixOneDriver.class.getName());
			Object seat = pool.getDataSourceProperties().get(MatrixOneDriver.SEAT_PROPERTY);
			assertThat(this.seats.take(pool)).isTrue();
			assertThat(pool.getDataSourceProperties()).containsEntry(MatrixOneDriver.SEAT_PROPERTY, seat);
			assertThat(pool.getDataSource()).isNull();
			assertThat(pool.isRunning()).isFalse();
			assertThat(pool.getJdbcUrl()).isEqualTo(URL);
		}
	}

	@Test
	void leavesTheUrlOfACopyToItsOwnDriver() throws SQLException {
		try (HikariDataSource pool = hikari(URL)) {
			this.seats.take(pool);
			assertThatExceptionOfType(SQLException.class).isThrownBy(pool::getConnection);
			HikariConfig copy = new HikariConfig();
			pool.copyStateTo(copy);
			copy.setJdbcUrl("jdbc:h2:mem:copy");
			try (HikariDataSource other = new HikariDataSource(copy); Connection connection = other.getConnection()) {
				assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("H2");
			}
		}
	}

	@Test
	void namesTheDriverThatDoesNotFitTheUrl() {
		try (HikariDataSource pool = hikari(URL)) {
			pool.setDriverClassName("org.h2.Driver");
			this.seats.take(pool);
			assertThatExceptionOfType(SQLException.class).isThrownBy(pool::getConnection)
				.withMessageContaining("org.h2.Driver does not take URLs of jdbc:mysql");
		}
	}

	@Test
	void findsADriverOfHikariCpThatIsNotRegistered() {
		try (HikariDataSource pool = hikari("jdbc:own:mysql://127.0.0.1:1/shop")) {
			pool.setDriverClassName(Unregistered.class.getName());
			this.seats.take(pool);
			assertThatExceptionOfType(SQLException.class).isThrownBy(pool::getConnection)
				.withMessage("asked for jdbc:own:mysql://127.0.0.1:1/shop");
		}
	}

	@Test
	void doesNotAskForABeanOfAScopeThatIsNotActive() {
		ProxyFactory proxy = new ProxyFactory();
		proxy.setProxyTargetClass(true);
		proxy.setTargetSource(new AbstractLazyCreationTargetSource() {

			@Override
			public Class<?> getTargetClass() {
				return HikariDataSource.class;
			}

			@Override
			public boolean isStatic() {
				return false;
			}

			@Override
			protected Object createObject() {
				throw new IllegalStateException("The scope is not active");
			}

		});
		assertThat(this.seats.take((DataSource) proxy.getProxy())).isTrue();
	}

	@Test
	void takesHikariCpWithADataSourceOfTheDriver() {
		try (HikariDataSource pool = new HikariDataSource()) {
			MysqlDataSource mysql = new MysqlDataSource();
			pool.setDataSource(mysql);
			this.seats.take(pool);
			assertThat(pool.getDataSource()).isInstanceOf(MatrixOneDataSource.class);
		}
	}

	@Test
	void exchangesTheDriverOfAStartedHikariCp() {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(URL);
		config.setInitializationFailTimeout(-1);
		config.setMinimumIdle(0);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			assertThat(this.seats.take(pool)).isTrue();
			assertThat(pool).extracting("pool.dataSource").isInstanceOf(MatrixOneDataSource.class);
		}
	}

	@Test
	@SuppressWarnings("try")
	void takesDruidWhichStillKnowsItsDriver() throws SQLException {
		try (DruidDataSource pool = new DruidDataSource()) {
			pool.setUrl(URL);
			assertThat(this.seats.take(pool)).isTrue();
			assertThat(pool.getDriver()).isInstanceOf(com.mysql.cj.jdbc.Driver.class);
			assertThat(pool.getValidConnectionChecker()).isInstanceOf(MySqlValidConnectionChecker.class);
			assertThat(pool.isInited()).isFalse();
			pool.init();
			assertThat(pool.getExceptionSorter().getClass().getSimpleName()).isEqualTo("MySqlExceptionSorter");
		}
	}

	@Test
	void takesDbcp2() throws SQLException {
		try (BasicDataSource pool = new BasicDataSource()) {
			pool.setUrl(URL);
			assertThat(this.seats.take(pool)).isTrue();
			assertThat(pool.getDriver()).isInstanceOf(MatrixOneDriver.class);
		}
	}

	@Test
	void takesTomcatsPool() {
		org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
		pool.setUrl(URL);
		pool.setInitialSize(0);
		assertThat(this.seats.take(pool)).isTrue();
		assertThat(pool.getDataSource()).isInstanceOf(MatrixOneDataSource.class);
		assertThat(ReflectionTestUtils.getField(pool, "pool")).isNull();
	}

	@Test
	void leavesTheConnectionsOfAStartedTomcatPoolOfAnotherDatabase() throws SQLException {
		org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
		pool.setUrl("jdbc:h2:mem:tomcat");
		pool.setDriverClassName("org.h2.Driver");
		pool.setInitialSize(1);
		pool.setMaxActive(1);
		JdbcTemplate jdbc = new JdbcTemplate(pool);
		try {
			jdbc.execute("CREATE TABLE kept_with_its_connection (id INT)");
			assertThat(this.seats.take(pool)).isTrue();
			assertThat(jdbc.queryForList("SELECT id FROM kept_with_its_connection")).isEmpty();
		}
		finally {
			pool.close();
		}
	}

	@Test
	void takesSpringsOwnDataSources() throws SQLException {
		SimpleDriverDataSource simple = new SimpleDriverDataSource(new com.mysql.cj.jdbc.Driver(), URL);
		DriverManagerDataSource byUrl = new DriverManagerDataSource(URL);
		assertThat(this.seats.take(simple)).isTrue();
		assertThat(this.seats.take(byUrl)).isTrue();
		assertThat(simple.getDriver()).isInstanceOf(MatrixOneDriver.class);
		assertThat(byUrl.getUrl()).isEqualTo("jdbc:matrixone:mysql://127.0.0.1:1/shop");
	}

	@Test
	void asksTheDriverOfAUrlThatDoesNotBeginAsThoseOfJdbc() throws SQLException {
		String url = "jdbc-own:mysql://127.0.0.1:1/shop";
		DriverManagerDataSource byUrl = new DriverManagerDataSource(url);
		this.seats.take(byUrl);
		Driver driver = new Unregistered();
		DriverManager.registerDriver(driver);
		try {
			assertThatExceptionOfType(SQLException.class).isThrownBy(byUrl::getConnection)
				.withMessage("asked for " + url);
		}
		finally {
			DriverManager.deregisterDriver(driver);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:mem:mysql", "jdbc:postgresql://mysql/shop", "jdbc:oracle:thin:@//db/shop",
			"jdbc:h2:mem:x;MODE=MySQL" })
	@SuppressWarnings("try")
	void leavesOtherDatabasesAsTheyAre(String url) throws SQLException {
		try (HikariDataSource hikari = hikari(url);
				DruidDataSource druid = new DruidDataSource();
				BasicDataSource dbcp2 = new BasicDataSource()) {
			druid.setUrl(url);
			dbcp2.setUrl(url);
			List.of(hikari, druid, dbcp2).forEach((pool) -> assertThat(this.seats.take(pool)).isTrue());
			assertThat(hikari.getDataSource()).isNull();
			assertThat(hikari.getDriverClassName()).isNull();
			assertThat(druid.getDriver()).isNull();
			assertThat(dbcp2.getDriver()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:tc:own-image:4.2.0:///shop", "jdbc:mysql://h/d", "jdbc:mariadb://h/d",
			"jdbc:matrixone://h/d", "jdbc:p6spy:mysql://h/d", "jdbc:otel:mysql://h/d", "jdbc:tc:mysql:8:///d",
			"jdbc:mysql:loadbalance://a,b/d", "JDBC:MYSQL://h/d" })
	void knowsWhichUrlsMayLeadToAMatrixOne(String url) {
		assertThat(JdbcUrls.mayLeadToMatrixOne(url)).isTrue();
	}

	@Test
	void takesWhatOtherDataSourcesKeep() {
		try (HikariDataSource first = hikari(URL);
				HikariDataSource second = hikari(URL);
				HikariDataSource third = hikari(URL)) {
			AbstractRoutingDataSource router = new AbstractRoutingDataSource() {

				@Override
				protected Object determineCurrentLookupKey() {
					return "a";
				}

			};
			router.setTargetDataSources(Map.of("a", first));
			router.afterPropertiesSet();
			LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy();
			lazy.setTargetDataSource(router);
			lazy.setReadOnlyDataSource(second);
			assertThat(this.seats.take(lazy)).isTrue();
			assertThat(this.seats.take(new Own(third))).isTrue();
			assertThat(List.of(first, second, third)).extracting(HikariDataSource::getDriverClassName)
				.containsOnly(MatrixOneDriver.class.getName());
		}
	}

	@Test
	void takesWhatItSeesWhereOneOfTheFieldsChanges() {
		try (HikariDataSource pool = hikari(URL)) {
			assertThat(this.seats.take(new Changing(pool))).isTrue();
			assertThat(pool.getDriverClassName()).isEqualTo(MatrixOneDriver.class.getName());
		}
	}

	@Test
	void warnsOnceOfAPoolThatIsNotKnown(CapturedOutput output) {
		Unknown unknown = new Unknown();
		assertThat(this.seats.take(unknown)).isFalse();
		this.seats.warnOf(unknown, "orders");
		assertThat(output).containsOnlyOnce("The DataSource 'orders' of ").contains("jdbc:matrixone:");
	}

	@Test
	void warnsOfADataSourceThatDoesNotTellWhereItLeads(CapturedOutput output) {
		HikariDataSource pool = hikari(URL);
		this.seats.warnOf(new Untold(), "untold");
		this.seats.warnOf(new Hidden(() -> pool), "hidden");
		this.seats.warnOf(proxy(), "proxied");
		assertThat(output).containsOnlyOnce("The DataSource 'untold' of ")
			.containsOnlyOnce("The DataSource 'hidden' of ")
			.containsOnlyOnce("The DataSource 'proxied' of ")
			.contains(
					"if it leads to a MatrixOne, by a URL that does not begin with jdbc:matrixone:, its transactions");
	}

	@Test
	void warnsOfADataSourceThatKeepsOneOfTheDriver(CapturedOutput output) throws SQLException {
		MysqlXADataSource mysql = new MysqlXADataSource();
		mysql.setUrl(URL);
		UserCredentialsDataSourceAdapter adapter = new UserCredentialsDataSourceAdapter();
		adapter.setTargetDataSource(mysql);
		this.seats.warnOf(adapter, "adapter");
		this.seats.warnOf(new Distributed(mysql), "distributed");
		assertThat(output).containsOnlyOnce("The DataSource 'adapter' of ")
			.containsOnlyOnce("The DataSource 'distributed' of ")
			.doesNotContain("by a URL");
	}

	@Test
	void warnsOfNoMockAndOfNoOtherDatabase(CapturedOutput output) {
		JdbcDataSource h2 = new JdbcDataSource();
		h2.setUrl("jdbc:h2:mem:other");
		DelegatingDataSource protectedAlready = new DelegatingDataSource(
				new DriverManagerDataSource("jdbc:matrixone://127.0.0.1:1/shop"));
		List.of(mock(DataSource.class), h2, new DelegatingDataSource(h2), protectedAlready)
			.forEach((dataSource) -> this.seats.warnOf(dataSource, "orders"));
		assertThat(output).doesNotContain("The DataSource 'orders' of ");
	}

	private static DataSource proxy() {
		return (DataSource) Proxy.newProxyInstance(PoolSeatsTests.class.getClassLoader(),
				new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> null);
	}

	private static HikariDataSource hikari(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		return pool;
	}

	private static final class Own extends AbstractDataSource {

		private final DataSource writer;

		Own(DataSource writer) {
			this.writer = writer;
		}

		@Override
		public Connection getConnection() throws SQLException {
			return this.writer.getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return this.writer.getConnection(username, password);
		}

	}

	/**
	 * A router whose targets change while they are looked at.
	 */
	private static final class Changing extends WithoutConnections {

		private final Map<String, DataSource> targets = new AbstractMap<>() {

			@Override
			public Set<Entry<String, DataSource>> entrySet() {
				throw new ConcurrentModificationException();
			}

		};

		private final DataSource writer;

		Changing(DataSource writer) {
			this.writer = writer;
		}

	}

	/**
	 * A pool of another make.
	 */
	public static final class Unknown extends WithoutConnections {

		public String getJdbcUrl() {
			return URL;
		}

	}

	/**
	 * A pool that knows its URL only later, such as that of a tenant.
	 */
	public static final class Untold extends WithoutConnections {

		public String getUrl() {
			throw new IllegalStateException("There is no tenant");
		}

	}

	/**
	 * A pool of another make that has no connections.
	 */
	public abstract static class WithoutConnections extends AbstractDataSource {

		@Override
		public Connection getConnection() throws SQLException {
			throw new SQLException("none");
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			throw new SQLException("none");
		}

	}

	/**
	 * A data source that finds its pool in a way of its own.
	 */
	private static final class Hidden extends WithoutConnections {

		private final Supplier<DataSource> pool;

		Hidden(Supplier<DataSource> pool) {
			this.pool = pool;
		}

	}

	/**
	 * A data source that takes its connections from one for distributed transactions.
	 */
	private static final class Distributed extends WithoutConnections {

		private final XADataSource target;

		Distributed(XADataSource target) {
			this.target = target;
		}

	}

	/**
	 * A driver that does not register itself.
	 */
	public static final class Unregistered implements Driver {

		@Override
		public Connection connect(String url, Properties info) throws SQLException {
			throw new SQLException("asked for " + url);
		}

		@Override
		public boolean acceptsURL(String url) {
			return url.startsWith("jdbc:own:") || url.startsWith("jdbc-own:");
		}

		@Override
		public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
			return new DriverPropertyInfo[0];
		}

		@Override
		public int getMajorVersion() {
			return 1;
		}

		@Override
		public int getMinorVersion() {
			return 0;
		}

		@Override
		public boolean jdbcCompliant() {
			return false;
		}

		@Override
		public Logger getParentLogger() throws SQLFeatureNotSupportedException {
			throw new SQLFeatureNotSupportedException();
		}

	}

}
