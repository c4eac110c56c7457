package io.github.matrixone.spring.contract.slices;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application as its test slices find it.
 */
@SpringBootApplication
class SlicesApplication {

}
