package io.github.matrixone.spring.contract.jpa.query;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/**
 * A shop with JPA.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EntityScan
@EnableJpaRepositories(considerNestedRepositories = true)
class QueryApplication {

}
