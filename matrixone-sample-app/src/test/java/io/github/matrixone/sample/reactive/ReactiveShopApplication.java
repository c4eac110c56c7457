package io.github.matrixone.sample.reactive;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The products of the shop without blocking: R2DBC in place of JPA.
 */
@SpringBootApplication
class ReactiveShopApplication {

}
