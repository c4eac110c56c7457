package io.github.matrixone.spring.contract.wire;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

import javax.sql.DataSource;

import com.alibaba.druid.pool.DruidDataSource;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.commons.dbcp2.BasicDataSource;
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
	 * Return what pools connect to that nobody but the application knows: they need the
	 * driver of the starter, where there is one.
	 */
	private static Target beyondTheContext(Target target) {
		String matrixOne = target.url().replaceFirst("jdbc:mysql:", "jdbc:matrixone:");
		try {
			DriverManager.getDriver(matrixOne);
			return new Target(matrixOne, target.username(), target.password());
		}
		catch (SQLException ex) {
			return target;
		}
	}

	private static HikariDataSource hikari(Target target) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(target.url());
		pool.setUsername(target.username());
		pool.setPassword(target.password());
		pool.setMaximumPoolSize(1);
		pool.setConnectionTimeout(5000);
		return pool;
	}

	/**
	 * What a pool connects to.
	 */
	record Target(String url, String username, String password) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Hikari {

		@Bean
		HikariDataSource dataSource(Target target) {
			return hikari(target);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HikariWithoutAutocommit {

		@Bean
		HikariDataSource dataSource(Target target) {
			HikariDataSource pool = hikari(target);
			pool.setAutoCommit(false);
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Druid {

		@Bean(destroyMethod = "close")
		DruidDataSource dataSource(Target target) throws SQLException {
			return druid(target, "stat");
		}

		static DruidDataSource druid(Target target, String filters) throws SQLException {
			DruidDataSource pool = new DruidDataSource();
			pool.setUrl(target.url());
			pool.setUsername(target.username());
			pool.setPassword(target.password());
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
		DruidDataSource dataSource(Target target) throws SQLException {
			return Druid.druid(target, "stat,wall");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Tomcat {

		@Bean(destroyMethod = "close")
		org.apache.tomcat.jdbc.pool.DataSource dataSource(Target target) {
			org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
			pool.setUrl(target.url());
			pool.setUsername(target.username());
			pool.setPassword(target.password());
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
		BasicDataSource dataSource(Target target) {
			BasicDataSource pool = new BasicDataSource();
			pool.setUrl(target.url());
			pool.setUsername(target.username());
			pool.setPassword(target.password());
			pool.setMaxTotal(1);
			pool.setMaxWait(Duration.ofSeconds(5));
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Routed {

		@Bean
		Router dataSource(Target target) {
			return new Router(hikari(beyondTheContext(target)));
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
		HikariDataSource pool(Target target) {
			return hikari(target);
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
		OneConnectionDataSource dataSource(Target target) {
			return new OneConnectionDataSource(hikari(beyondTheContext(target)));
		}

	}

}
