package io.github.matrixone.spring.contract.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.jpa.MatrixOneJpaAutoConfiguration;
import io.github.matrixone.spring.contract.wire.Pool.Target;

/**
 * An application with one of the {@link Pool pools} and all kinds of {@link Access}.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ HibernateJpaAutoConfiguration.class, MatrixOneAutoConfiguration.class,
		MatrixOneDataSourceAutoConfiguration.class, MatrixOneJpaAutoConfiguration.class, MybatisAutoConfiguration.class,
		TransactionAutoConfiguration.class })
@EntityScan(basePackageClasses = WireItem.class)
class PoolApplication {

	static ConfigurableApplicationContext start(WireServer server, Pool pool, Map<String, ?> properties) {
		return start(new Target(server.url("allowMultiQueries=true"), "root", "secret"), pool, properties);
	}

	static ConfigurableApplicationContext start(Target target, Pool pool, Map<String, ?> properties) {
		Map<String, Object> all = new HashMap<>(properties);
		all.put("target.url", target.url());
		all.put("target.username", target.username());
		all.put("target.password", target.password());
		all.put("spring.jpa.hibernate.ddl-auto", "none");
		all.put("spring.jpa.properties.hibernate.jdbc.batch_size", 10);
		return WireApplications.start(List.of(PoolApplication.class, pool.configuration()), all);
	}

	@Bean
	Target target(@Value("${target.url}") String url, @Value("${target.username}") String username,
			@Value("${target.password}") String password) {
		return new Target(url, username, password);
	}

}
