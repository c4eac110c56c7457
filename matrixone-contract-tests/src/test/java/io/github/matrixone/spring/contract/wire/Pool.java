package io.github.matrixone.spring.contract.wire;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

import javax.sql.DataSource;

import com.alibaba.druid.pool.DruidDataSource;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.commons.dbcp2.BasicDataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * The data sources of applications. Each has one connection.
 */
enum Pool {

	HIKARI(Hikari.class),

	/**
	 * Autocommit is off when a connection is taken from the pool.
	 */
	HIKARI_WITHOUT_AUTOCOMMIT(HikariWithoutAutocommit.class),

	DRUID(Druid.class),

	/**
	 * Druid with the filters that most configurations name.
	 */
	DRUID_WITH_FIREWALL(DruidWithFirewall.class),

	TOMCAT(Tomcat.class),

	DBCP2(Dbcp2.class),

	/**
	 * Routed to pools that are no beans.
	 */
	ROUTED(Routed.class),

	/**
	 * A connection is taken when the first statement needs it.
	 */
	LAZY(Lazy.class),

	/**
	 * One connection for all, until its owner ends it.
	 */
	ONE_CONNECTION(OneConnection.class);

	private final Class<?> configuration;

	Pool(Class<?> configuration) {
		this.configuration = configuration;
	}

	Class<?> configuration() {
		return this.configuration;
	}

	/**
	 * Return the URL for pools that nobody but the application knows: they need the
	 * driver of the starter, where there is one.
	 */
	private static String urlBeyondTheContext(String url) {
		String matrixOne = url.replaceFirst("jdbc:mysql:", "jdbc:matrixone:");
		try {
			DriverManager.getDriver(matrixOne);
			return matrixOne;
		}
		catch (SQLException ex) {
			return url;
		}
	}

	private static HikariDataSource hikari(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setUsername("root");
		pool.setPassword("secret");
		pool.setMaximumPoolSize(1);
		pool.setConnectionTimeout(5000);
		return pool;
	}

	@Configuration(proxyBeanMethods = false)
	static class Hikari {

		@Bean
		HikariDataSource dataSource(@Value("${wire.url}") String url) {
			return hikari(url);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HikariWithoutAutocommit {

		@Bean
		HikariDataSource dataSource(@Value("${wire.url}") String url) {
			HikariDataSource pool = hikari(url);
			pool.setAutoCommit(false);
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Druid {

		@Bean(destroyMethod = "close")
		DruidDataSource dataSource(@Value("${wire.url}") String url) throws SQLException {
			return druid(url, "stat");
		}

		static DruidDataSource druid(String url, String filters) throws SQLException {
			DruidDataSource pool = new DruidDataSource();
			pool.setUrl(url);
			pool.setUsername("root");
			pool.setPassword("secret");
			pool.setMaxActive(1);
			pool.setMaxWait(5000);
			pool.setTestOnBorrow(true);
			pool.setValidationQuery("SELECT 1");
			pool.setFilters(filters);
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DruidWithFirewall {

		@Bean(destroyMethod = "close")
		DruidDataSource dataSource(@Value("${wire.url}") String url) throws SQLException {
			return Druid.druid(url, "stat,wall");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Tomcat {

		@Bean(destroyMethod = "close")
		org.apache.tomcat.jdbc.pool.DataSource dataSource(@Value("${wire.url}") String url) {
			org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
			pool.setUrl(url);
			pool.setUsername("root");
			pool.setPassword("secret");
			pool.setDriverClassName("com.mysql.cj.jdbc.Driver");
			pool.setMaxActive(1);
			pool.setMaxIdle(1);
			pool.setMinIdle(0);
			pool.setInitialSize(0);
			pool.setMaxWait(5000);
			pool.setTestOnBorrow(true);
			pool.setValidationQuery("SELECT 1");
			pool.setValidationInterval(0);
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Dbcp2 {

		@Bean
		BasicDataSource dataSource(@Value("${wire.url}") String url) {
			BasicDataSource pool = new BasicDataSource();
			pool.setUrl(url);
			pool.setUsername("root");
			pool.setPassword("secret");
			pool.setMaxTotal(1);
			pool.setMaxWait(Duration.ofSeconds(5));
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Routed {

		@Bean
		Router dataSource(@Value("${wire.url}") String url) {
			return new Router(hikari(urlBeyondTheContext(url)));
		}

	}

	/**
	 * Routes to one pool, which it owns.
	 */
	static class Router extends AbstractRoutingDataSource implements AutoCloseable {

		private final HikariDataSource pool;

		Router(HikariDataSource pool) {
			this.pool = pool;
			setTargetDataSources(Map.of("shop", pool));
		}

		@Override
		protected Object determineCurrentLookupKey() {
			return "shop";
		}

		@Override
		public void close() {
			this.pool.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Lazy {

		@Bean
		HikariDataSource pool(@Value("${wire.url}") String url) {
			return hikari(url);
		}

		@Bean
		@Primary
		LazyConnectionDataSourceProxy dataSource(DataSource pool) {
			return new LazyConnectionDataSourceProxy(pool);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OneConnection {

		@Bean
		OneConnectionDataSource dataSource(@Value("${wire.url}") String url) {
			return new OneConnectionDataSource(hikari(urlBeyondTheContext(url)));
		}

	}

}
