package io.github.matrixone.spring.contract.past;

import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
class PastApplication {

}
