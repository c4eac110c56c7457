package io.github.matrixone.spring.contract.access;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

@Table("account")
record Account(@Id Long id, String name, int balance) {

}
