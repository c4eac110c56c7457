package io.github.matrixone.spring.contract.concurrency;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application whose tasks run on virtual threads, where the JDK has them.
 */
@SpringBootApplication
class ConcurrencyApplication {

}
