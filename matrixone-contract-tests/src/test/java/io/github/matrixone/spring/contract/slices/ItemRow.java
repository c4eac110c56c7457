package io.github.matrixone.spring.contract.slices;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

@Table("item")
record ItemRow(@Id int id, String name) {

}
