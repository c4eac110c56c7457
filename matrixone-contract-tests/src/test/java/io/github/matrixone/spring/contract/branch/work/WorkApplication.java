package io.github.matrixone.spring.contract.branch.work;

import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
class WorkApplication {

}
